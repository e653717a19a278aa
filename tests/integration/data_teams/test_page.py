"""The page of data teams: its blocks can be read, and its program keeps to the contract.

What needs no tool and no broker; `test_tools.py` runs every line with both, in the long run.
"""

import re
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

import pytest

from shared.contract.events.envelope import format_time, seal, with_sequence
from shared.contract.events.responses import ReactionAdded, ReactionRemoved
from shared.contract.events.topics import TOPICS
from tests.integration.data_teams.page import FILES, LINES, PAGE
from tests.integration.data_teams.test_tools import TRIED
from tooling.sample_events import A_MOMENT, sample
from tooling.servers.apache_kafka import VERSION

POST = "01936f3e-0000-7000-8000-000000000001"
END = "end"  # of a partition


def test_every_line_of_the_page_is_tried() -> None:
    assert sorted(TRIED.values()) == sorted(LINES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_page_can_be_read(name: str) -> None:
    text = FILES[name]
    if name.endswith(".py"):
        compile(text, name, "exec")
    elif name.endswith(".xml"):
        ET.fromstring(text)
    elif name.endswith(".properties"):
        lines = text.replace("\\\n", "").splitlines()
        assert all(re.fullmatch(r"[a-z][a-z.]+=\S.*", line) for line in lines)
        assert len({line.split("=")[0] for line in lines}) == len(lines)
    else:
        assert f"class {Path(name).stem} " in text


def test_the_page_names_what_is_installed() -> None:
    text = PAGE.read_text()
    listed = text.partition("- read ")[2].partition(";")[0]
    assert set(re.findall(r"`([^`]+)`", listed)) == {
        plan.name for plan in TOPICS.values() if plan.data_teams
    }
    groups = re.findall(r"data-marketing[.\w]+", "".join((*FILES.values(), *LINES)))
    assert groups
    assert all(group.startswith("data-marketing.") for group in groups)
    kafka = re.findall(r"<artifactId>(?:kafka|connect)[^<]+</artifactId><version>([^<]+)<", text)
    assert kafka == [VERSION] * 3


class _Consumer:
    """Hands out what a test has for it, then stops the program as a signal would."""

    batches: ClassVar[list[list[Any]]] = []
    assigned: ClassVar[list[Any]] = []

    def __init__(self, settings: dict[str, str]) -> None:
        assert settings["group.id"].startswith("data-marketing.")
        assert settings["enable.auto.commit"] == "false"

    def list_topics(self, topic: str, timeout: float) -> Any:
        return SimpleNamespace(topics={topic: SimpleNamespace(partitions={0: None, 1: None})})

    def assign(self, places: list[Any]) -> None:
        type(self).assigned = places

    def consume(self, most: int, timeout: float) -> list[Any]:
        if not self.batches:
            raise KeyboardInterrupt
        return self.batches.pop(0)


class _MortalStore:
    """A database whose program is killed before a certain statement; 0: never."""

    def __init__(self, store: sqlite3.Connection, dies_at: int) -> None:
        self._store = store
        self._left = dies_at

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt
        return self._store.execute(*statement)

    def executescript(self, statements: str) -> None:
        self._store.executescript(statements)

    def close(self) -> None:
        """As a kill does it: what wasn't committed is gone."""
        self._store.close()


def run_program(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *batches: Sequence[Any],
    first_offset: int = 0,
    dies_at: int = 0,
) -> None:
    """Runs the page's program over records; each batch is one transaction of it."""
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **more: _MortalStore(connect(*args, **more), dies_at)
    )
    client = ModuleType("confluent_kafka")
    client.__dict__.update(
        Consumer=_Consumer,
        KafkaError=SimpleNamespace(_PARTITION_EOF=-191),
        KafkaException=RuntimeError,
        OFFSET_BEGINNING=-2,
        TopicPartition=lambda *place: place,
    )
    monkeypatch.setitem(sys.modules, "confluent_kafka", client)
    monkeypatch.chdir(folder)
    (folder / "mitmach.properties").write_text(FILES["mitmach.properties"])
    offset = first_offset
    _Consumer.batches = []
    for batch in batches:
        records = []
        for one in batch:
            if one == END:
                found = SimpleNamespace(
                    error=lambda: SimpleNamespace(code=lambda: -191), value=None
                )
            else:
                found = SimpleNamespace(error=lambda: None, value=lambda one=one: event(*one))
                found.offset = lambda offset=offset: offset
                offset += 1
            found.partition = lambda: 0
            records.append(found)
        _Consumer.batches.append(records)
    names: dict[str, Any] = {}
    try:
        exec(FILES["reactions.py"], names)
    except KeyboardInterrupt:
        pass
    finally:
        names["store"].close()
        monkeypatch.setattr(sqlite3, "connect", connect)


def event(change: int, sequence: int, predecessor: int) -> bytes:
    """An event that adds a reaction to a post, or takes one away."""
    kind = ReactionAdded if change > 0 else ReactionRemoved
    sealed = seal(
        sample(kind, post_id=POST),
        actor=None,
        source="/mitmach/posts/01936f00aa007000b0000000",
        event_id=POST,
        time=format_time(A_MOMENT),
        traceparent=None,
    )
    return with_sequence(sealed.body, sequence, predecessor)


def stored(folder: Path, what: str) -> list[tuple[int, ...]]:
    found = sqlite3.connect(folder / "reactions.db")
    try:
        return found.execute(what).fetchall()
    finally:
        found.close()


def test_the_program_counts_once_what_comes_twice_or_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = (1, 4, 3)
    first, third = (1, 1, 0), (-1, 3, 1)
    run_program(
        tmp_path, monkeypatch, [first, first, ahead], [first, third, ahead, first, ahead, END]
    )
    assert stored(tmp_path, "select number from reactions") == [(1,)]
    assert stored(tmp_path, "select since, mark from marks") == [(0, 4)]
    assert stored(tmp_path, "select partition, next from offsets") == [(0, 8)]
    run_program(tmp_path, monkeypatch, [(1, 7, 4), first])  # goes on where it was
    assert [place[1:] for place in _Consumer.assigned] == [(0, 8), (1, -2)]
    assert stored(tmp_path, "select number from reactions") == [(2,)]


def test_the_program_may_be_killed_at_any_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = [(1, 1, 0), (1, 2, 1), (1, 1, 0), (-1, 3, 2), (1, 5, 4), (1, 4, 3), (1, 5, 4)]
    # Each record takes four statements at most, each of the two transactions two, the start one.
    for statement in range(1, 4 * len(log) + 2 * 2 + 2):
        folder = tmp_path / str(statement)
        folder.mkdir()
        run_program(folder, monkeypatch, log[:4], log[4:], dies_at=statement)
        read = sum(next_one for (next_one,) in stored(folder, "select next from offsets"))
        run_program(folder, monkeypatch, log[read:], first_offset=read)
        assert stored(folder, "select number from reactions") == [(3,)], statement
        assert stored(folder, "select mark from marks") == [(5,)], statement


def test_the_program_stops_at_a_gap_and_stores_nothing_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_program(tmp_path, monkeypatch, [(1, 1, 0)], [(1, 4, 3)])
    with pytest.raises(SystemExit, match=r"Events are missing: .*1, 3\)"):
        run_program(tmp_path, monkeypatch, [END])  # also after a restart
    assert stored(tmp_path, "select number from reactions") == [(1,)]
    run_program(tmp_path, monkeypatch, [(1, 1, 0), (1, 3, 1), (1, 4, 3), END])
    assert stored(tmp_path, "select number from reactions") == [(3,)]


def test_the_program_says_since_when_its_count_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_program(tmp_path, monkeypatch, [(1, 9, 5), (1, 11, 9), END])
    assert stored(tmp_path, "select since, mark from marks") == [(5, 11)]
    assert stored(tmp_path, "select number from reactions") == [(2,)]
