"""The spool: a file of SQLite that brings the acts of an import into the order of time.

It holds every act with its place and its state, and which id the platform gave to which thing. So
an import can be stopped at any moment and goes on where it was. Its memory doesn't grow with the
number of acts: they are sorted by an index on disk.

A spool belongs to one import, which is known by a **fingerprint** of the file and of the choices of
whoever imports. It has two stages. Killed while **reading**, it is thrown away and read anew: that
takes minutes, ends with the same content, and needs no notes of how far a source had come, which
can't go on from the middle anyway (who founded a group shows at the end only). Once it is
**ready**, nothing of it is read again.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

from mitmach.importing.acts import AnyAct
from mitmach.importing.causes import Sort, made_by, rank_of
from mitmach.importing.moments import EPOCH
from mitmach.importing.problems import Place, PlacedAct
from mitmach.importing.recording.requests import Service
from mitmach.importing.report import Report
from shared.runtime.process import Stopped

BATCH = 5_000
"""Acts that are written together: fewer cost time, more only memory."""

_MICROSECOND = timedelta(microseconds=1)

# Of pages in memory, in kB: the index over ids of things is looked up in no order, and most of what
# an act names is recent.
_CACHE = 24_000

_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE acts (
    seq INTEGER PRIMARY KEY,            -- in the order of reading
    at INTEGER NOT NULL,                -- microseconds since 1970
    rank INTEGER NOT NULL,              -- among acts of the same moment
    member INTEGER NOT NULL, line INTEGER NOT NULL,
    sort INTEGER, thing TEXT, owner TEXT,  -- what the act makes
    body BLOB NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    reason TEXT
);
CREATE TABLE gone (sort INTEGER, thing TEXT, PRIMARY KEY (sort, thing)) WITHOUT ROWID;
CREATE TABLE batches (id INTEGER PRIMARY KEY, service TEXT, key TEXT, body BLOB, acts BLOB);
CREATE TABLE remembered (kind TEXT, source TEXT, platform TEXT, PRIMARY KEY (kind, source))
    WITHOUT ROWID;
"""
# Made when all is read: in one go they take a tenth of the time.
_INDEXES = """
CREATE INDEX IF NOT EXISTS acts_in_order ON acts (at, rank, seq);
CREATE INDEX IF NOT EXISTS acts_by_thing ON acts (sort, thing) WHERE sort IS NOT NULL;
"""
_INSERT = """
INSERT INTO acts (at, rank, member, line, sort, thing, owner, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_READY = "ready"

# "Mmim" in SQLite's header says whose file it is: nobody's database is taken for a spool that was
# never finished, and removed.
_APPLICATION = int.from_bytes(b"Mmim", "big")
_HEADER = 100

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnyAct).decode


class ActState(IntEnum):
    """What has become of an act."""

    WAITING = 0
    TAKEN = 1
    REFUSED = 2


class Position(NamedTuple):
    """Where an act stands in the order of all: by its moment, then by cause, then as it was read.

    Attributes:
        at: The moment, in microseconds since 1970.
        rank: The place among acts of the same moment.
        sequence: The place in the order of reading; names the act within its spool.
    """

    at: int
    rank: int
    sequence: int


class SpooledAct(NamedTuple):
    """An act in the spool."""

    position: Position
    place: Place
    act: AnyAct


class Thing(NamedTuple):
    """A thing that an act makes, and where that act stands.

    Attributes:
        position: The act's position.
        owner: The thing that it is in, see `causes.Made`.
    """

    position: Position
    owner: str


class SpoolOfAnotherImport(Stopped):
    """The file holds another import, or none."""


class Spool:
    """An open spool; `open_spool` makes one.

    Each method commits by itself, unless it is called inside of `batch`.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._members: dict[str, int] = {}
        self._places: dict[int, str] = dict(database.execute("SELECT id, name FROM members"))
        self._waiting: list[tuple[object, ...]] = []

    @property
    def is_ready(self) -> bool:
        """Whether everything was read and checked."""
        return self._fact(_READY) is not None

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Commits all that happens inside together, or nothing of it.

        What wasn't committed when a process dies is asked for again by `window`: a platform id that
        was remembered in the same batch as its act was marked is never known without the act.
        """
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    # Sending: what the platform is told, and what it answers.

    def window(self, after: Position | None, size: int) -> list[SpooledAct]:
        """The next acts that wait, in their order.

        Args:
            after: The position of the last act that isn't wanted any more; None: from the start.
            size: How many at most; fewer means that these are the last.
        """
        rows = self._database.execute(
            "SELECT at, rank, seq, member, line, body FROM acts"
            " WHERE (at, rank, seq) > (?, ?, ?) AND state = 0 ORDER BY at, rank, seq LIMIT ?",
            (*(after or _BEFORE_ALL), size),
        )
        return [self._spooled(row) for row in rows]

    def mark(self, position: Position, state: ActState, reason: str = "") -> None:
        """Says what has become of an act.

        Args:
            position: The act's position.
            state: Taken or refused; waiting lets it be asked for again.
            reason: Why it was refused.
        """
        self._database.execute(
            "UPDATE acts SET state = ?, reason = ? WHERE seq = ?",
            (state, reason or None, position.sequence),
        )

    def remember(self, kind: str, source_id: str, platform_id: str) -> None:
        """Keeps which id the platform gave to a thing; a later one takes the place of the first."""
        self._database.execute(
            "INSERT OR REPLACE INTO remembered VALUES (?, ?, ?)", (kind, source_id, platform_id)
        )

    def platform_id(self, kind: str, source_id: str) -> str | None:
        """Which id the platform gave to a thing; None: none yet."""
        found = self._database.execute(
            "SELECT platform FROM remembered WHERE kind = ? AND source = ?", (kind, source_id)
        ).fetchone()
        return found and str(found[0])

    def remembered(self, kind: str) -> Iterator[tuple[str, str]]:
        """Everything that `remember` was told of a kind: the source's ids, and the platform's."""
        yield from self._database.execute(
            "SELECT source, platform FROM remembered WHERE kind = ?", (kind,)
        ).fetchall()

    def keep_batch(self, service: str, key: str, body: bytes, sequences: Sequence[int]) -> None:
        """Keeps what is about to be sent, until `forget_batch`.

        Args:
            service: The service that it is sent to.
            key: What the platform records it once for.
            body: The bytes that are sent.
            sequences: The acts whose requests it has, in their order, by their place in the spool.
        """
        self._database.execute(
            "INSERT INTO batches (service, key, body, acts) VALUES (?, ?, ?, ?)",
            (service, key, body, _encode(sequences)),
        )

    def forget_batch(self, key: str) -> None:
        """Forgets a batch that was answered."""
        self._database.execute("DELETE FROM batches WHERE key = ?", (key,))

    def kept_batches(self) -> list[tuple[Service, str, bytes, list[int]]]:
        """What was about to be sent and wasn't answered, as `keep_batch` was told."""
        rows = self._database.execute("SELECT service, key, body, acts FROM batches ORDER BY id")
        return [
            (service, key, bytes(body), msgspec.json.decode(acts, type=list[int]))
            for service, key, body, acts in rows.fetchall()
        ]

    def act_of(self, sequence: int) -> SpooledAct:
        """The act that was read as this one."""
        row = self._database.execute(
            "SELECT at, rank, seq, member, line, body FROM acts WHERE seq = ?", (sequence,)
        ).fetchone()
        return self._spooled(row)

    def taken_of_rank(self, rank: int) -> list[SpooledAct]:
        """All acts of a rank that were taken, in their order."""
        rows = self._database.execute(
            "SELECT at, rank, seq, member, line, body FROM acts WHERE state = 1 AND seq IN"
            " (SELECT seq FROM acts INDEXED BY acts_in_order WHERE rank = ?)"
            " ORDER BY at, rank, seq",
            (rank,),
        )
        return [self._spooled(row) for row in rows]

    def count(self, state: ActState) -> int:
        """How many acts are in a state."""
        found = self._database.execute("SELECT count(*) FROM acts WHERE state = ?", (state,))
        return int(found.fetchone()[0])

    def refused(self) -> Iterator[tuple[SpooledAct, str]]:
        """All acts that weren't taken, in their order, with the reason."""
        rows = self._database.execute(
            "SELECT at, rank, seq, member, line, body, reason FROM acts"
            " WHERE state = ? ORDER BY at, rank, seq",
            (ActState.REFUSED,),
        )
        for *row, reason in rows:
            yield self._spooled(row), reason or ""

    def report(self) -> Report:
        """What reading and checking found; empty before the spool is ready."""
        found = self._fact(_READY)
        return Report() if found is None else msgspec.json.decode(found, type=Report)

    # Reading: used once, by `gathering.py`.

    def add(self, item: PlacedAct) -> None:
        """Takes an act; it is written with others, at the latest by `finish_reading`."""
        act, place = item.act, item.place
        made = made_by(act)
        row = (
            (act.at - EPOCH) // _MICROSECOND,
            rank_of(act),
            self._member(place.member),
            place.line,
            *(made or (None, None, None)),
            _encode(act),
        )
        self._waiting.append(row)
        if len(self._waiting) >= BATCH:
            self._write()

    def finish_reading(self) -> None:
        """Writes what waits, and makes what brings acts into order."""
        self._write()
        self._database.executescript(_INDEXES)

    def everything(self, size: int = BATCH) -> Iterator[list[SpooledAct]]:
        """All acts that wait, in their order, in pieces; acts may be marked between two pieces."""
        after: Position | None = None
        while piece := self.window(after, size):
            yield piece
            after = piece[-1].position

    def first(self, sort: Sort, id: str) -> Thing | None:
        """The first act that makes a thing and wasn't refused."""
        row = self._database.execute(
            "SELECT at, rank, seq, owner FROM acts WHERE sort = ? AND thing = ? AND state <> 2"
            " ORDER BY at, rank, seq LIMIT 1",
            (sort, id),
        ).fetchone()
        return row and Thing(Position(*row[:3]), row[3])

    def act_at(self, position: Position) -> AnyAct:
        """The act at a position."""
        row = self._database.execute(
            "SELECT body FROM acts WHERE seq = ?", (position.sequence,)
        ).fetchone()
        act: AnyAct = _decode(row[0])
        return act

    def rewrite(self, position: Position, act: AnyAct) -> None:
        """Puts an act in another one's place; what it makes, and when, stays the same."""
        self._database.execute(
            "UPDATE acts SET body = ? WHERE seq = ?", (_encode(act), position.sequence)
        )

    def bury(self, sort: Sort, id: str) -> None:
        """Notes that a thing was deleted."""
        self._database.execute("INSERT OR IGNORE INTO gone VALUES (?, ?)", (sort, id))

    def is_gone(self, sort: Sort, id: str) -> bool:
        """Whether a thing was deleted."""
        found = self._database.execute(
            "SELECT 1 FROM gone WHERE sort = ? AND thing = ?", (sort, id)
        )
        return found.fetchone() is not None

    def finish(self, report: Report) -> None:
        """Declares the spool ready: from now on nothing of it is read again."""
        self._database.execute("PRAGMA synchronous = FULL")
        with self.batch():
            self._keep(_READY, msgspec.json.encode(report))
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _write(self) -> None:
        with self.batch():
            self._database.executemany(_INSERT, self._waiting)
        self._waiting.clear()

    def _member(self, name: str) -> int:
        if name not in self._members:
            self._database.execute("INSERT OR IGNORE INTO members (name) VALUES (?)", (name,))
            found = self._database.execute("SELECT id FROM members WHERE name = ?", (name,))
            self._members[name] = int(found.fetchone()[0])
            self._places[self._members[name]] = name
        return self._members[name]

    def _spooled(self, row: Sequence[object]) -> SpooledAct:
        at, rank, sequence, member, line, body = row
        position = Position(at, rank, sequence)  # type: ignore[arg-type]
        place = Place(self._places[member], line)  # type: ignore[index,arg-type]
        return SpooledAct(position, place, _decode(body))  # type: ignore[arg-type]

    def _fact(self, name: str) -> bytes | None:
        found = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,))
        row = found.fetchone()
        return None if row is None else bytes(row[0])

    def _keep(self, name: str, value: bytes) -> None:
        self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


_BEFORE_ALL = Position(-(2**62), 0, 0)


@contextmanager
def open_spool(file: Path, *, fingerprint: bytes) -> Iterator[Spool]:
    """The spool of an import: as it was left if it is ready, else a new one.

    Args:
        file: Where it is, or will be; beside it are SQLite's own `-wal` and `-shm`.
        fingerprint: What the import is known by.

    Raises:
        SpoolOfAnotherImport: There is a spool of another import, or something else.
        Stopped: Another process has it open.
    """
    database = _opened(file, fingerprint)
    if database is None:
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            file.with_name(name).unlink(missing_ok=True)
        database = _made(file, fingerprint)
    try:
        yield Spool(database)
    finally:
        database.close()


def _opened(file: Path, fingerprint: bytes) -> sqlite3.Connection | None:
    """The spool that is there and ready; None: there is none, or it wasn't read to its end."""
    if not file.exists() or not file.stat().st_size:
        return None
    with file.open("rb") as opened:
        header = opened.read(_HEADER)
    if header[:16] != b"SQLite format 3\0" or header[68:72] != _APPLICATION.to_bytes(4, "big"):
        raise SpoolOfAnotherImport(f"{file} is something else than the spool of an import.")
    database = _connected(file)
    facts: dict[str, bytes] = {}
    try:
        if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'facts'").fetchone():
            facts = dict(database.execute("SELECT name, value FROM facts"))
        if _READY in facts and facts.get("fingerprint") != fingerprint:
            raise SpoolOfAnotherImport(
                f"{file} belongs to the import of another file, or with other choices: name another"
                " folder (--data) for this one, or remove it if that import is over."
            )
    except sqlite3.DatabaseError as error:
        raise _unusable(file, error) from error
    finally:
        if facts.get("fingerprint") != fingerprint or _READY not in facts:
            database.close()
    return database if _READY in facts else None


def _made(file: Path, fingerprint: bytes) -> sqlite3.Connection:
    # Before anything else, and not by way of a log: whatever happens, it is known for a spool.
    with closing(sqlite3.connect(file)) as database:
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database = _connected(file)
    database.executescript(_SCHEMA)
    database.execute("INSERT INTO facts VALUES ('fingerprint', ?)", (fingerprint,))
    # Until it is ready, what a power failure destroys is read anew.
    database.execute("PRAGMA synchronous = OFF")
    return database


def _connected(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None, timeout=1)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(f"PRAGMA cache_size = -{_CACHE}")
        # Takes the lock, which the mode above keeps.
        database.execute("BEGIN IMMEDIATE")
        database.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        with suppress(sqlite3.Error):
            database.close()
        raise _unusable(file, error) from error
    return database


def _unusable(file: Path, error: sqlite3.DatabaseError) -> Stopped:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Stopped(f"Another process has {file} open.")
    return SpoolOfAnotherImport(f"{file} can't be used as the spool of an import ({error}).")
