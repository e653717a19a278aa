"""A released schema may only gain optional fields; here the check that says so is checked."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared.contract.events.ballots import ResultsPublished
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import PostEdited
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.responses import ReactionAdded
from tooling.generators import compatibility, schemas
from tooling.generators.compatibility import breaks
from tooling.sample_events import sample

Change = Callable[[dict[str, Any]], None]


def changed(kind: type[EventData], change: Change) -> dict[str, Any]:
    schema = copy.deepcopy(schemas.schema_of(kind))
    change(schema)
    return schema


def add_optional(schema: dict[str, Any]) -> None:
    schema["properties"]["surface"] = {"enum": ["web", "phone"], "type": "string"}


def add_optional_deeper(schema: dict[str, Any]) -> None:
    schema["$defs"]["PostState"]["properties"]["pinned"] = {"type": "boolean"}


def explain_better(schema: dict[str, Any]) -> None:
    schema["description"] = "Now in better words."
    schema["properties"]["author"]["description"] = "Whoever wrote it."


@pytest.mark.parametrize("change", [add_optional, add_optional_deeper, explain_better])
def test_additions_and_better_words_are_compatible(change: Change) -> None:
    assert breaks(schemas.schema_of(PostEdited), changed(PostEdited, change)) == []


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.type)
def test_a_schema_is_compatible_with_itself(kind: type[EventData]) -> None:
    schema = schemas.schema_of(kind)
    assert breaks(schema, json.loads(json.dumps(schema))) == []


def remove_field(schema: dict[str, Any]) -> None:
    del schema["properties"]["own"]
    schema["required"].remove("own")


def remove_optional_field(schema: dict[str, Any]) -> None:
    del schema["properties"]["comment_id"]


def add_required(schema: dict[str, Any]) -> None:
    schema["properties"]["surface"] = {"type": "string"}
    schema["required"].append("surface")


def make_optional(schema: dict[str, Any]) -> None:
    schema["required"].remove("own")


def make_required(schema: dict[str, Any]) -> None:
    schema["required"].append("comment_id")


def add_word(schema: dict[str, Any]) -> None:
    schema["properties"]["reaction"]["enum"].append("sad")


def remove_word(schema: dict[str, Any]) -> None:
    schema["properties"]["reaction"]["enum"].remove("funny")


def change_shape(schema: dict[str, Any]) -> None:
    schema["properties"]["own"]["type"] = "integer"


def allow_null(schema: dict[str, Any]) -> None:
    schema["properties"]["own"] = {"anyOf": [schema["properties"]["own"], {"type": "null"}]}


def change_items(schema: dict[str, Any]) -> None:
    schema["properties"]["topics"]["items"]["pattern"] = "^[a-z]+$"


def forbid_unknown(schema: dict[str, Any]) -> None:
    schema["additionalProperties"] = False


def change_null(schema: dict[str, Any]) -> None:
    schema["properties"]["comment_id"]["anyOf"].pop()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (remove_field, "data.own"),
        (remove_optional_field, "data.comment_id"),
        (add_required, "data.surface"),
        (make_optional, "data.own"),
        (make_required, "data.comment_id"),
        (add_word, "data.reaction"),
        (remove_word, "data.reaction"),
        (change_shape, "data.own"),
        (allow_null, "data.own"),
        (change_items, "data.topics[]"),
        (forbid_unknown, "data"),
        (change_null, "data.comment_id"),
    ],
)
def test_anything_else_is_a_new_version(change: Change, place: str) -> None:
    """Be it that an old reader can't take what comes, or a new one can't take what was."""
    now, then = schemas.schema_of(ReactionAdded), changed(ReactionAdded, change)
    found = breaks(now, then)
    assert found
    assert all(line.startswith(place) for line in found)
    if change is not remove_optional_field:  # seen from the other side, that is an allowed addition
        assert breaks(then, now)


def test_a_change_inside_of_a_nested_structure_is_found() -> None:
    def change(schema: dict[str, Any]) -> None:
        schema["$defs"]["EntryResult"]["properties"]["winner"]["type"] = "string"

    found = breaks(schemas.schema_of(ResultsPublished), changed(ResultsPublished, change))
    assert [line.partition(":")[0] for line in found] == ["data.ranking[].winner.type"]


class ReactionAddedLater(ReactionAdded, frozen=True, kw_only=True):
    """The same type after it gained an optional field.

    Attributes:
        device: For example.
    """

    device: int | None = None


def test_old_and_new_readers_understand_old_and_new_events() -> None:
    old, new = sample(ReactionAdded), sample(ReactionAddedLater)
    assert new.device is not None
    encode, decode = msgspec.json.encode, msgspec.json.decode
    assert decode(encode(new), type=ReactionAdded) == old
    assert decode(encode(old), type=ReactionAddedLater).device is None
    assert encode(sample(ReactionAddedLater, optional=False)) == encode(
        sample(ReactionAdded, optional=False)
    )
    assert breaks(schemas.schema_of(ReactionAdded), schemas.schema_of(ReactionAddedLater)) == []
    for schema_of in (ReactionAdded, ReactionAddedLater):
        for event in (old, new):
            Draft202012Validator(schemas.schema_of(schema_of)).validate(json.loads(encode(event)))


@given(kinds=st.tuples(st.sampled_from(EVENT_CLASSES), st.sampled_from(EVENT_CLASSES)))
@settings(max_examples=100, deadline=None)
def test_what_the_check_lets_pass_validates_both_ways(
    kinds: tuple[type[EventData], type[EventData]],
) -> None:
    released, current = kinds
    if not breaks(schemas.schema_of(released), schemas.schema_of(current)):
        event = json.loads(msgspec.json.encode(sample(current)))
        Draft202012Validator(schemas.schema_of(released)).validate(event)
        event = json.loads(msgspec.json.encode(sample(released)))
        Draft202012Validator(schemas.schema_of(current)).validate(event)


def test_before_the_first_release_everything_may_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compatibility.main([], tmp_path) == 0
    assert "Nothing is released yet" in capsys.readouterr().out


@pytest.fixture
def released(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A repository whose schemas of today were released: the folder of the snapshot."""
    assert compatibility.main(["--release", "1.0.0"], tmp_path) == 0
    assert "schemas of 1.0.0" in capsys.readouterr().out
    return tmp_path / compatibility.RELEASED


def test_what_was_just_released_is_compatible(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (released / "envelope/1.json").is_file()
    kept = {file.relative_to(released).as_posix() for file in released.glob("*/*.json")}
    today = {
        path.removeprefix("schemas/"): json.loads(it) for path, it in schemas.generate().items()
    }
    planned = {path for path, schema in today.items() if schema.get("x-planned")}
    assert planned
    assert kept == today.keys() - planned  # what nobody has met yet may still change
    assert compatibility.main([], tmp_path) == 0
    assert capsys.readouterr().out == "Compatible with release 1.0.0.\n"


def test_a_release_that_had_less_is_compatible(released: Path, tmp_path: Path) -> None:
    """Seen from the release: types, an optional field and an attribute were added since."""
    (released / "mitmach.reaction.changed/1.json").unlink()
    put(released / "mitmach.reaction.added/1.json", remove_optional_field)

    def without_trace(schema: dict[str, Any]) -> None:
        del schema["properties"]["traceparent"]

    put(released / "envelope/1.json", without_trace)
    assert compatibility.main([], tmp_path) == 0


def test_an_incompatible_change_is_refused_and_releases_nothing(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(released / "mitmach.reaction.added/1.json", add_word)
    gone = released / "mitmach.reaction.doubled/1.json"
    gone.parent.mkdir()
    gone.write_text("{}")

    def with_mood(schema: dict[str, Any]) -> None:
        schema["properties"]["mood"] = {"type": "string"}

    put(released / "envelope/1.json", with_mood)
    before = {file: file.read_bytes() for file in released.rglob("*") if file.is_file()}
    for arguments in ([], ["--release", "1.1.0"]):
        assert compatibility.main(arguments, tmp_path) == 1
        assert capsys.readouterr().out.splitlines() == [
            f"schemas/{what}"
            for what in (
                "envelope/1.json: data.mood: was removed, so an old reader misses it",
                "mitmach.reaction.added/1.json: data.reaction: the closed vocabulary changed (sad)",
                "mitmach.reaction.doubled/1.json: " + compatibility.REMOVED,
            )
        ]
    assert {file: file.read_bytes() for file in released.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("arguments", [["--release"], ["--release", "next"], ["v1.0.0"]])
def test_the_command_takes_nothing_else(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compatibility.main(arguments, tmp_path) == 2
    assert "usage" in capsys.readouterr().out
    assert not (tmp_path / "schemas").exists()


def test_the_contract_keeps_what_the_last_release_promised() -> None:
    assert compatibility.compare_with_release() == []


def put(file: Path, change: Change) -> None:
    schema = json.loads(file.read_bytes())
    change(schema)
    file.write_bytes(schemas.as_json(schema))
