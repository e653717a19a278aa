"""Whatever a file says, a source ends, raises nothing and tells whole acts."""

import json
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mitmach.importing.acts import AnyAct
from mitmach.importing.sources import SOURCES
from tests.unit.mitmach.importing.exports import (
    MONDAY,
    VERSION,
    channel,
    imported,
    lines,
    member,
    message,
    post,
    reaction,
    reply,
    slack_channel,
    team,
    told,
    user,
)

Json: TypeAlias = Any

# What a real export has, so that a change of one value goes far into a source.
MATTERMOST: list[Json] = [
    VERSION,
    team(),
    channel(),
    user("ada", "kitchen!"),
    post(
        "ada",
        "Soup?",
        MONDAY,
        reactions=[reaction("ada", "+1", MONDAY)],
        replies=[reply("ada", "Yes", MONDAY + timedelta(hours=1), attachments=[{"path": "a.png"}])],
        props={"from_webhook": "true", "attachments": [{"text": "a"}]},
    ),
    post("ada", "ada joined", MONDAY, type="system_join_channel"),
]
SLACK: dict[str, Json] = {
    "users.json": [member("U1", "Ada"), member("U2", "Ben", deleted=True)],
    "channels.json": [slack_channel("C1", "kitchen", ["U1"])],
    "kitchen/2024-01-08.json": [
        message(
            "U1",
            "*Soup* <@U2>",
            MONDAY,
            reactions=[{"name": "+1", "users": ["U2"]}],
            edited={"user": "U1", "ts": "1704709600.000000"},
            files=[{"name": "a.png", "permalink": "https://example.org/a.png"}],
        )
    ],
}
NEUTRAL: list[Json] = [
    {"at": "2024-01-08T09:00:00Z", "kind": "person", "id": "ada"},
    {"at": "2024-01-08T09:00:00Z", "kind": "group", "id": "g", "by": "ada", "name": "Soup"},
    {"at": "2024-01-08T09:00:00Z", "kind": "delete", "group": "g"},
]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["ada", "kitchen", "\x00", "\u202e", "x" * 300, "1e999", "🥣", "\ud800"])
    | st.sampled_from([0, -1, 10**17, 10**40, 2**63])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a value has values."""
    found = [path] if path else []
    if isinstance(value, dict):
        return found + [place for key in value for place in places(value[key], (*path, key))]
    if isinstance(value, list):
        return found + [
            place for key, inner in enumerate(value) for place in places(inner, (*path, key))
        ]
    return found


def changed(value: Json, path: tuple[Any, ...], new: Json) -> Json:
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return copy


def mutated(example: Json) -> st.SearchStrategy[Json]:
    return st.builds(
        changed, st.just(example), st.sampled_from(places(example)), values
    ) | st.builds(
        lambda first, second, one, two: changed_twice(example, first, one, second, two),
        st.sampled_from(places(example)),
        st.sampled_from(places(example)),
        values,
        values,
    )


def changed_twice(
    value: Json, first: tuple[Any, ...], one: Json, second: tuple[Any, ...], two: Json
) -> Json:
    once = changed(value, first, one)
    try:
        return changed(once, second, two)
    except (KeyError, IndexError, TypeError):
        return once


def packed(members: dict[str, Json]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.zip"
        with zipfile.ZipFile(file, "w") as opened:
            for name, value in members.items():
                content = value if isinstance(value, bytes) else json.dumps(value).encode()
                opened.writestr(name, content)
        return file.read_bytes()


contents = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=100).map(lambda content: b"PK\x03\x04" + content),
    st.lists(values, max_size=3).map(lambda found: lines(*found)),
    mutated(MATTERMOST).map(lambda found: lines(*found)),
    mutated(NEUTRAL).map(lambda found: lines(*found)),
    mutated(SLACK).map(packed),
    st.dictionaries(
        st.sampled_from([*SLACK, "groups.json", "dms.json", "a.jsonl", "x/y.json"]),
        st.binary(max_size=60) | values,
        max_size=4,
    ).map(packed),
)


@pytest.mark.parametrize("source", sorted(SOURCES))
@settings(max_examples=150, deadline=None)
@given(content=contents)
def test_a_source_tells_whole_acts_of_anything(source: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export"
        file.write_bytes(content)
        happened, problems = told(source, file)
        for act in happened:
            assert msgspec.json.decode(msgspec.json.encode(act), type=AnyAct) == act
        for problem in problems:
            assert problem.sentence
            assert problem.place.member
        sent, report = imported(source, file)
        assert len(sent) == sum(report.taken().values())
        assert len(happened) == sum(report.told.values())


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_the_examples_are_taken_as_they_are(source: str, tmp_path: Path) -> None:
    content = {"mattermost": lines(*MATTERMOST), "ndjson": lines(*NEUTRAL), "slack": packed(SLACK)}
    file = tmp_path / "export"
    file.write_bytes(content[source])
    _, report = imported(source, file)
    assert report.refused == {}
    assert sum(report.told.values()) >= 3


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b'{"type":"post","post":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"type":"post","post":{"props":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}}",
        b'{"at":"2024-01-08T09:00:00Z","kind":"person","id":' + b"9" * 100_000 + b"}",
        b'{"type":"post","post":{"create_at":1e400}}',
        b"\xff\xfe\xfd",
        b"\x00" * 1000,
        b'"' + b"\\u0000" * 10_000 + b'"',
    ],
    ids=range(8),
)
@pytest.mark.parametrize("source", ["mattermost", "ndjson"])
def test_a_hostile_line_is_reported(source: str, line: bytes, tmp_path: Path) -> None:
    file = tmp_path / "export"
    file.write_bytes(b"\n" + line + b"\n")
    happened, problems = told(source, file)
    assert happened == []
    assert problems
    assert all(len(problem.sentence) < 300 for problem in problems)
