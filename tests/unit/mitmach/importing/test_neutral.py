"""The neutral format, its schema, the table of reactions, and acts as the platform takes them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import jsonschema
import msgspec
import pytest

from mitmach.importing import acts
from mitmach.importing.causes import kind_of
from mitmach.importing.fitting import fitted
from mitmach.importing.problems import Place, PlacedAct, Problem
from mitmach.importing.reactions import reaction_table
from mitmach.importing.sources.options import SourceOptions
from services.posts.domain.post import LONGEST_TEXT
from shared.contract.events.vocabulary import ReactionKind
from shared.runtime.process import Stopped
from tests.unit.mitmach.importing.exports import archive, kinds, lines, of_kind, told, written
from tooling.generators.import_schema import act_schema

AT = "2024-01-08T09:00:00Z"
EVERY_KIND: list[dict[str, Any]] = [
    {"kind": "person", "id": "ada", "name": "Ada", "external_id": "s1", "email": "a@example.org"},
    {"kind": "suspend", "person": "ada"},
    {"kind": "reinstate", "person": "ada"},
    {"kind": "depart", "person": "ada"},
    {"kind": "roles", "person": "ada", "roles": ["editor", "analyst"]},
    {"kind": "group", "id": "g", "by": "ada", "name": "Soup", "visibility": "closed"},
    {"kind": "archive", "group": "g"},
    {"kind": "restore", "group": "g", "by": "ada"},
    {"kind": "channel", "id": "c", "group": "g", "name": "News", "type": "news"},
    {"kind": "join", "group": "g", "person": "ada", "role": "moderator"},
    {"kind": "leave", "group": "g", "person": "ada"},
    {"kind": "post", "id": "p", "channel": "c", "by": "ada", "text": "Hi", "topics": ["soup"]},
    {"kind": "comment", "id": "k", "post": "p", "by": "ada", "text": "Ho"},
    {"kind": "edit", "comment": "k", "by": "ada", "text": "Ho!"},
    {"kind": "reaction", "post": "p", "by": "ada", "reaction": "like"},
    {"kind": "unreact", "post": "p", "by": "ada"},
    {"kind": "view", "post": "p", "by": "ada"},
    {"kind": "share", "post": "p", "by": "ada", "to_group": "g"},
    {"kind": "delete", "group": "g"},
]

schema = jsonschema.Draft202012Validator(act_schema())


def fit(act: acts.AnyAct) -> tuple[list[acts.AnyAct], list[Problem]]:
    fit_acts, problems = [], []
    for item in fitted(iter([PlacedAct(Place("file", 1), act)])):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            fit_acts.append(item.act)
    return fit_acts, problems


def published(**fields: Any) -> acts.PostPublished:
    at = datetime(2024, 1, 8, tzinfo=UTC)
    return acts.PostPublished(**{"at": at, "id": "p", "channel": "c", "by": "ada", **fields})


def test_every_kind_of_act_can_be_told(tmp_path: Path) -> None:
    content = lines(*({"at": AT, **line} for line in EVERY_KIND))
    told_kinds = set()
    for file in (
        written(tmp_path, content),
        archive(tmp_path / "acts.zip", {"acts.ndjson": content}),
    ):
        happened, problems = told("ndjson", file)
        assert problems == []
        assert [kind_of(act) for act in happened] == [line["kind"] for line in EVERY_KIND]
        told_kinds |= {type(act) for act in happened}
    assert told_kinds == set(get_args(acts.AnyAct))


@pytest.mark.parametrize("line", EVERY_KIND, ids=lambda line: line["kind"])
def test_the_schema_takes_what_is_taken(line: dict[str, Any]) -> None:
    schema.validate({"at": AT, **line})


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "soup"},
        {"kind": "view", "post": "p"},
        {"kind": "view", "post": "p", "by": "ada", "more": 1},
        {"kind": "view", "post": "", "by": "ada"},
        {"kind": "view", "post": "p" * 256, "by": "ada"},
        {"kind": "view", "post": "p", "by": "ada", "at": "2024-01-08T09:00:00"},
        {"kind": "reaction", "post": "p", "by": "ada", "reaction": "soup"},
        {"kind": "roles", "person": "ada", "roles": ["king"]},
        {"kind": "post", "id": 7, "channel": "c", "by": "ada"},
    ],
)
def test_what_is_not_an_act_is_reported(tmp_path: Path, line: dict[str, Any]) -> None:
    happened, problems = told("ndjson", written(tmp_path, lines({"at": AT, **line})))
    assert happened == []
    assert kinds(problems) == ["malformed-line"]
    # The time zone alone is no matter of JSON Schema: `date-time` has one.
    if "at" not in line:
        assert not schema.is_valid({"at": AT, **line})


def test_broken_bytes_are_called_by_their_name(tmp_path: Path) -> None:
    line = b'{"at":"2024-01-08T09:00:00Z","kind":"person","id":"\xff"}'
    _, problems = told("ndjson", written(tmp_path, line))
    assert [problem.sentence for problem in problems] == ["It isn't UTF-8."]


@pytest.mark.parametrize("kind", ["edit", "reaction", "unreact", "delete"])
def test_the_schema_wants_exactly_one_target(kind: str) -> None:
    (line,) = [line for line in EVERY_KIND if line["kind"] == kind]
    targets = {"post": "p", "comment": "k", "group": "g"}
    without = {name: value for name, value in line.items() if name not in targets}
    assert not schema.is_valid({"at": AT, **without})
    assert not schema.is_valid({"at": AT, **without, "post": "p", "comment": "k"})
    assert schema.is_valid({"at": AT, **without, "post": "p"})


def test_every_field_of_the_schema_is_described() -> None:
    missing = [
        f"{name}.{field}"
        for name, definition in act_schema()["$defs"].items()
        for field, shape in definition["properties"].items()
        if not shape.get("description") and field != "kind"
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("emoji", "reaction"),
    [
        ("+1", "like"),
        (":+1:", "like"),
        ("+1::skin-tone-2", "like"),
        ("+1_tone3", "like"),
        ("clap_medium_light_skin_tone", "celebrate"),
        ("handshake_light_skin_tone_dark_skin_tone", "like"),
        ("Tada", "celebrate"),
        ("bulb", "insightful"),
        ("pray", "thanks"),
        ("hugging_face", "support"),
        ("joy", "funny"),
        ("thumbsdown", None),
        ("our_own", "like"),
    ],
)
def test_the_built_in_table(emoji: str, reaction: ReactionKind | None) -> None:
    assert reaction_table().meaning_of(emoji).reaction == reaction


def test_the_built_in_table_has_every_reaction_of_the_platform() -> None:
    assert set(reaction_table().entries.values()) == {*get_args(ReactionKind), None}


def test_a_table_may_be_replaced(tmp_path: Path) -> None:
    file = written(tmp_path, b'{"soup": "thanks", "+1": null}', "reactions.json")
    table = reaction_table(file)
    assert table.meaning_of("soup") == ("thanks", True)
    assert table.meaning_of("+1") == (None, True)
    assert table.meaning_of("tada") == (None, False)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"soup": "tasty"}', b'{"soup": 1}', b"\xff"])
def test_a_table_that_is_none_stops_the_import(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Stopped, match="isn't a table of reactions"):
        reaction_table(written(tmp_path, content, "reactions.json"))
    with pytest.raises(Stopped, match="can't be read"):
        reaction_table(tmp_path / "none.json")


def test_a_text_that_is_too_long_is_cut() -> None:
    (act,), problems = fit(published(text="x" * (LONGEST_TEXT + 1)))
    assert isinstance(act, acts.PostPublished)
    assert len(act.text) == LONGEST_TEXT
    assert kinds(problems) == ["text-cut"]


def test_characters_that_nobody_can_see_are_left_out() -> None:
    (act,), problems = fit(published(title="two\nlines", text="a\x00b\u202ec\n"))
    assert isinstance(act, acts.PostPublished)
    assert (act.title, act.text) == ("two lines", "abc")
    assert kinds(problems) == ["text-cleaned"]


def test_what_has_nothing_to_read_is_not_taken() -> None:
    at = datetime(2024, 1, 8, tzinfo=UTC)
    for act in (
        published(text=" \u200b\n"),
        acts.CommentAdded(at=at, id="k", post="p", by="ada", text="\n"),
        acts.GroupFounded(at=at, id="g", by="ada", name="\u2800"),
        acts.ChannelCreated(at=at, id="c", group="g", name=""),
        acts.Edited(at=at, comment="k", by="ada", text=""),
    ):
        assert fit(act)[0] == []
        assert kinds(fit(act)[1]) == ["empty"]


def test_files_without_an_address_leave_the_format_that_needs_them() -> None:
    media = (acts.Media(url="http://example.org/a.png"), acts.Media(url="https://é.example.org"))
    (act,), problems = fit(published(text="Look", format="photo", media=media))
    assert isinstance(act, acts.PostPublished)
    assert (act.format, act.media) == ("text", ())
    assert kinds(problems) == ["file-left-behind"]
    many = tuple(acts.Media(url=f"https://example.org/{n}.png") for n in range(30))
    (act,), problems = fit(published(format="photo", media=many))
    assert isinstance(act, acts.PostPublished)
    assert len(act.media) == 20
    assert kinds(problems) == ["too-many"]


def test_topics_are_those_of_the_platform() -> None:
    topics = ("Hot  Soup", "hot-soup", "!!!", *(f"topic {n}" for n in range(12)))
    (act,), problems = fit(published(text="Hi", topics=topics))
    assert isinstance(act, acts.PostPublished)
    assert act.topics[:2] == ("hot-soup", "topic-0")
    assert len(act.topics) == 10
    assert kinds(problems) == ["text-cleaned", "too-many"]


def test_people_get_an_id_that_an_identity_provider_could_have() -> None:
    at = datetime(2024, 1, 8, tzinfo=UTC)
    person = acts.PersonCame(at=at, id="Zoë", external_id=" x", email="nowhere", name="Zo\u202eë")
    (act,), problems = fit(person)
    assert isinstance(act, acts.PersonCame)
    assert (act.external_id, act.email, act.name) == ("Zo%C3%AB", None, "Zoë")
    assert kinds(problems) == ["text-cleaned"] * 3


def test_an_act_that_the_format_cannot_say_is_not_taken() -> None:
    assert fit(published(text="Hi", id=""))[0] == []
    assert kinds(fit(published(text="Hi", by="x" * 256))[1]) == ["malformed-line"]


def test_what_comes_out_is_what_the_format_says(tmp_path: Path) -> None:
    file = written(tmp_path, lines(*({"at": AT, **line} for line in EVERY_KIND)))
    for act in told("ndjson", file, SourceOptions())[0]:
        assert msgspec.json.decode(msgspec.json.encode(act), type=acts.AnyAct) == act
        schema.validate(json.loads(msgspec.json.encode(act)))
    assert of_kind([], "post") == []
