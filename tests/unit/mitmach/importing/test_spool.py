"""The spool brings acts into the order of time, and an import goes on where it was."""

import os
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from benchmarks._mattermost_export import write_large_export
from mitmach.importing import acts
from mitmach.importing.acts import AnyAct
from mitmach.importing.causes import Sort, kind_of
from mitmach.importing.gathering import fingerprint_of, gathered
from mitmach.importing.problems import Place, PlacedAct
from mitmach.importing.reactions import ReactionTable
from mitmach.importing.report import Report
from mitmach.importing.sources.options import SourceOptions
from mitmach.importing.spool import ActState, Spool, SpoolOfAnotherImport, open_spool
from shared.runtime.process import Stopped
from tests.unit.mitmach.importing.exports import MONDAY, NOW, lines, written

ROOT = Path(__file__).parents[4]
MINUTE = timedelta(minutes=1)


def viewed(number: int, at: datetime) -> PlacedAct:
    return PlacedAct(Place("file", number), acts.PostViewed(at=at, post=f"p{number}", by="ada"))


def filled(spool: Spool, items: list[PlacedAct]) -> None:
    for item in items:
        spool.add(item)
    spool.finish_reading()
    spool.finish(Report())


def all_of(spool: Spool) -> list[AnyAct]:
    return [item.act for piece in spool.everything(7) for item in piece]


def test_acts_come_in_the_order_of_time(tmp_path: Path) -> None:
    items = [viewed(number, MONDAY + number * MINUTE) for number in range(100)]
    mixed = Random(1).sample(items, len(items))
    with open_spool(tmp_path / "spool", fingerprint=b"1") as spool:
        filled(spool, mixed)
        assert all_of(spool) == [item.act for item in items]
        first, second = spool.window(None, 2)
        assert (first.place, second.place) == (Place("file", 0), Place("file", 1))
        assert [item.act for item in spool.window(second.position, 1)] == [items[2].act]


def test_acts_of_one_moment_come_in_the_order_of_cause(tmp_path: Path) -> None:
    at = MONDAY
    in_order: list[AnyAct] = [
        acts.PersonCame(at=at, id="ada"),
        acts.RolesHeld(at=at, person="ada"),
        acts.GroupFounded(at=at, id="g", by="ada", name="Soup"),
        acts.ChannelCreated(at=at, id="c", group="g", name="Soup"),
        acts.MemberJoined(at=at, group="g", person="ben"),
        acts.PostPublished(at=at, id="p", channel="c", by="ada"),
        acts.Edited(at=at, post="p", by="ada", text="Hi"),
        acts.CommentAdded(at=at, id="k", post="p", by="ada", text="1"),
        acts.CommentAdded(at=at, id="l", post="p", parent="k", by="ada", text="2"),
        acts.Edited(at=at, comment="l", by="ada", text="3"),
        acts.Reacted(at=at, comment="l", by="ben", reaction="like"),
        acts.Deleted(at=at, comment="l"),
        acts.Deleted(at=at, post="p"),
        acts.Deleted(at=at, group="g"),
        acts.MemberLeft(at=at, group="g", person="ben"),
        acts.PersonLeft(at=at, person="ben"),
    ]
    items = [PlacedAct(Place("file", number), act) for number, act in enumerate(in_order)]
    with open_spool(tmp_path / "spool", fingerprint=b"1") as spool:
        filled(spool, items[::-1])
        assert all_of(spool) == in_order


def test_moments_are_kept_to_the_microsecond_and_in_any_zone(tmp_path: Path) -> None:
    at = datetime.fromisoformat("2024-01-08T10:00:00.000001+01:00")
    early = viewed(1, datetime(1969, 12, 31, tzinfo=UTC))
    with open_spool(tmp_path / "spool", fingerprint=b"1") as spool:
        filled(spool, [viewed(2, at), viewed(3, MONDAY), early])
        assert [act.at for act in all_of(spool)] == [early.act.at, MONDAY, at]


def test_what_is_marked_is_not_in_the_window_any_more(tmp_path: Path) -> None:
    file = tmp_path / "spool"
    with open_spool(file, fingerprint=b"1") as spool:
        filled(spool, [viewed(number, MONDAY + number * MINUTE) for number in range(4)])
        first, second, third, _ = spool.window(None, 10)
        spool.mark(first.position, ActState.TAKEN)
        spool.mark(third.position, ActState.REFUSED, "Not a member.")
    with open_spool(file, fingerprint=b"1") as spool:
        assert [item.place.line for item in spool.window(None, 10)] == [1, 3]
        assert spool.count(ActState.TAKEN) == 1
        assert [(item.place.line, reason) for item, reason in spool.refused()] == [
            (2, "Not a member.")
        ]
        spool.mark(second.position, ActState.TAKEN)
        assert [item.place.line for item in spool.window(first.position, 10)] == [3]


def test_ids_of_the_platform_are_remembered_by_kind(tmp_path: Path) -> None:
    file = tmp_path / "spool"
    with open_spool(file, fingerprint=b"1") as spool:
        filled(spool, [])
        spool.remember("post", "p1", "0190")
        spool.remember("comment", "p1", "0191")
    with open_spool(file, fingerprint=b"1") as spool:
        assert spool.platform_id("post", "p1") == "0190"
        assert spool.platform_id("comment", "p1") == "0191"
        assert spool.platform_id("post", "p2") is None


def test_a_batch_is_kept_together_or_not_at_all(tmp_path: Path) -> None:
    with open_spool(tmp_path / "spool", fingerprint=b"1") as spool:
        filled(spool, [viewed(1, MONDAY)])
        (item,) = spool.window(None, 1)

        def die() -> None:
            with spool.batch():
                spool.remember("post", "p1", "0190")
                spool.mark(item.position, ActState.TAKEN)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            die()
        assert spool.platform_id("post", "p1") is None
        assert len(spool.window(None, 1)) == 1


def test_a_spool_belongs_to_one_import(tmp_path: Path) -> None:
    file = tmp_path / "spool"
    with open_spool(file, fingerprint=b"1") as spool:
        filled(spool, [viewed(1, MONDAY)])
    before = file.read_bytes()
    with pytest.raises(SpoolOfAnotherImport, match="another file"):
        with open_spool(file, fingerprint=b"2"):
            pass
    assert file.read_bytes() == before


def test_somebody_elses_file_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "theirs.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE facts (name TEXT)")
    connection.close()
    for file in (database, written(tmp_path, b"some notes", "notes.txt")):
        before = file.read_bytes()
        with pytest.raises(SpoolOfAnotherImport, match="something else"):
            with open_spool(file, fingerprint=b"1"):
                pass
        assert file.read_bytes() == before


def test_two_processes_do_not_share_a_spool(tmp_path: Path) -> None:
    file = tmp_path / "spool"
    with open_spool(file, fingerprint=b"1") as spool:
        filled(spool, [])
        with pytest.raises(Stopped, match="Another process"):
            with open_spool(file, fingerprint=b"1"):
                pass


def test_what_was_not_read_to_its_end_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "spool"
    with open_spool(file, fingerprint=b"1") as spool:
        for number in range(12_000):
            spool.add(viewed(number, MONDAY))
    with open_spool(file, fingerprint=b"1") as spool:
        assert not spool.is_ready
        filled(spool, [viewed(1, MONDAY)])
        assert len(all_of(spool)) == 1


@pytest.mark.parametrize("when", ["early", "reading", "checking"])
def test_killed_at_any_moment_an_import_ends_with_the_same_content(
    tmp_path: Path, when: str
) -> None:
    export = tmp_path / "export.jsonl"
    write_large_export(export, acts=8_000, people=50, channels=5)
    kill = {
        "early": "spool._connected = kill",
        "reading": "gathering.Spool.finish_reading = kill",
        "checking": "checks._Checks._check_moment = kill",
    }
    program = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from mitmach.importing import checks, gathering, spool
from mitmach.importing.sources.options import SourceOptions
def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)
{kill[when]}
file, folder = Path({str(export)!r}), Path({str(tmp_path)!r})
now = datetime(2026, 11, 30, tzinfo=UTC)
with gathering.gathered(
    "mattermost", file, spool=folder / "killed", options=SourceOptions(), now=now
):
    pass
"""
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    contents = []
    for name in ("killed", "whole"):
        with gathered(
            "mattermost", export, spool=tmp_path / name, options=SourceOptions(), now=NOW
        ) as spool:
            contents.append(([*spool.everything()], spool.report()))
    assert contents[0] == contents[1]


def test_what_is_ready_is_never_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = tmp_path / "export.jsonl"
    write_large_export(export, acts=500, people=20, channels=3)
    arguments = {"spool": tmp_path / "spool", "options": SourceOptions(), "now": NOW}
    with gathered("mattermost", export, **arguments) as spool:  # type: ignore[arg-type]
        report = spool.report()
        with spool.batch():
            for item in spool.window(None, 100):
                spool.mark(item.position, ActState.TAKEN)
        left = [item.position for item in spool.window(None, 10_000)]
    monkeypatch.setattr("mitmach.importing.gathering.SOURCES", {})
    with gathered("mattermost", export, **arguments) as spool:  # type: ignore[arg-type]
        assert [item.position for item in spool.window(None, 10_000)] == left
        assert spool.report() == report


def test_an_import_is_known_by_the_file_and_by_what_was_chosen(tmp_path: Path) -> None:
    file = written(tmp_path, lines({"a": 1}), "a.jsonl")
    other = written(tmp_path, lines({"a": 2}), "b.jsonl")
    copy = written(tmp_path, lines({"a": 1}), "c.jsonl")
    plain = SourceOptions()
    first = fingerprint_of(file, "mattermost", plain)
    assert fingerprint_of(copy, "mattermost", plain) == first
    different = [
        fingerprint_of(other, "mattermost", plain),
        fingerprint_of(file, "ndjson", plain),
        fingerprint_of(file, "mattermost", SourceOptions(team="care")),
        fingerprint_of(file, "mattermost", SourceOptions(identity="email")),
        fingerprint_of(file, "mattermost", SourceOptions(files_at="https://example.org")),
        fingerprint_of(file, "mattermost", SourceOptions(reactions=ReactionTable({"*": "like"}))),
    ]
    assert len({first, *different}) == 1 + len(different)


def test_a_large_export_is_told_exactly_as_it_was_made(tmp_path: Path) -> None:
    export = tmp_path / "export.jsonl"
    counts = write_large_export(export, acts=30_000, people=100, channels=12)
    assert counts.total() >= 30_000
    again = tmp_path / "again.jsonl"
    write_large_export(again, acts=30_000, people=100, channels=12)
    assert again.read_bytes() == export.read_bytes()
    spool_file = tmp_path / "spool"
    with gathered(
        "mattermost", export, spool=spool_file, options=SourceOptions(), now=NOW
    ) as spool:
        report = spool.report()
        assert report.taken() == dict(counts)
        assert report.refused == {}
        last = None
        for piece in spool.everything():
            for item in piece:
                assert last is None or last < item.position
                last = item.position


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for number, size in enumerate((12_000, 30_000)):
        export = tmp_path / f"{number}.jsonl"
        write_large_export(export, acts=size, people=50, channels=5)
        tracemalloc.start()
        with gathered(
            "mattermost", export, spool=tmp_path / f"{number}", options=SourceOptions(), now=NOW
        ) as spool:
            for piece in spool.everything(100):
                assert piece
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Each fills its batches and what is remembered of late; the second has twice the acts.
    assert peaks[1] < 1.3 * peaks[0]


def test_the_first_act_of_a_thing_is_found(tmp_path: Path) -> None:
    with open_spool(tmp_path / "spool", fingerprint=b"1") as spool:
        late = acts.PostPublished(at=MONDAY + MINUTE, id="p", channel="c", by="ada")
        early = acts.PostPublished(at=MONDAY, id="p", channel="d", by="ada")
        filled(spool, [PlacedAct(Place("f", 1), late), PlacedAct(Place("f", 2), early)])
        found = spool.first(Sort.POST, "p")
        assert found is not None
        assert found.owner == "d"
        assert kind_of(spool.act_at(found.position)) == "post"
        spool.mark(found.position, ActState.REFUSED)
        second = spool.first(Sort.POST, "p")
        assert second is not None
        assert second.owner == "c"
        assert spool.first(Sort.COMMENT, "p") is None
