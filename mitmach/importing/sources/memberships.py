"""Who comes to be when: groups, channels, members and people, from what they did.

An export tells what people wrote and which channels they are in today. It mostly doesn't tell since
when. So everything begins where the export first shows it:

- a person with their first act, or their first appearance in somebody else's;
- a membership with the person's first act in the channel;
- a group when its channel was made, where the export says so, else with the first act in it. It is
  founded by who made the channel; else by the administrator of the channel who acted first; else by
  whoever acted first: by people rather than by programs, and by those who are still there then.

People and memberships without an act begin at the moment of the export, the only one at which it
shows them. Rejected: at the beginning of the history. Everybody would then count as inactive in
years in which they weren't there.

Which acts come first is known at the end only, and memberships are many. They are gathered in a
temporary database of SQLite, which moves to disk by itself.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import msgspec

from mitmach.importing.acts import (
    ChannelCreated,
    GroupArchived,
    GroupFounded,
    MemberJoined,
    MemberLeft,
    PersonCame,
    PersonLeft,
)
from mitmach.importing.moments import EPOCH
from mitmach.importing.problems import Place, PlacedAct, Problem, Told
from shared.contract.events.vocabulary import MemberRole, Visibility

# Pairs of person and group in memory; then they go to the temporary database, sorted, so that they
# meet its pages in order. Fewer make more trips, more only need memory: these are some 10 MB.
MOST_IN_MEMORY = 50_000

_MICROSECOND = timedelta(microseconds=1)

_SCHEMA = """
CREATE TABLE stays (
    grp TEXT, person TEXT,
    acted INTEGER,  -- first act in the group, or first joining
    role TEXT,      -- as the export shows it today; NULL: no member today
    PRIMARY KEY (grp, person)
) WITHOUT ROWID;
CREATE TABLE moves (
    grp TEXT, person TEXT, at INTEGER,
    joins INTEGER,  -- 1: they join, 0: they leave
    PRIMARY KEY (grp, person, at)
) WITHOUT ROWID;
PRAGMA cache_size = -16000;
"""
_ACTED = """
INSERT INTO stays (grp, person, acted) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
SET acted = min(ifnull(acted, excluded.acted), excluded.acted)
"""
_BELONGS = """
INSERT INTO stays (grp, person, role) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
SET role = excluded.role
"""
_MOVED = "INSERT OR REPLACE INTO moves VALUES (?, ?, ?, ?)"
_MOVES = "SELECT person, at, joins FROM moves WHERE grp = ? ORDER BY person, at"


class FoundGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A channel of an export, which becomes a group with one channel.

    Attributes:
        place: Where the export describes it.
        id: The channel's id in the source; of group and channel here.
        name: The name that people read.
        purpose: A text about what it is for; may be empty.
        visibility: How much outsiders see of it.
        created_at: When it was made, where the export says so.
        created_by: Who made it, where the export says so.
        archived_at: When it was closed.
    """

    place: Place
    id: str
    name: str
    purpose: str = ""
    visibility: Visibility = "open"
    created_at: datetime | None = None
    created_by: str | None = None
    archived_at: datetime | None = None


class FoundPerson(msgspec.Struct, frozen=True, kw_only=True):
    """An account of an export.

    Attributes:
        place: Where the export describes it.
        came: The act of coming; its moment is the last one that is possible.
        left_at: When the account was closed.
    """

    place: Place
    came: PersonCame
    left_at: datetime | None = None


class _Stay(NamedTuple):
    """What is known of a person in a group; the moment is in microseconds."""

    person: str
    acted: int | None
    role: MemberRole | None


class Memberships:
    """Gathers first acts, and tells who comes to be when.

    Args:
        knows_members: Whether the export says who is in a channel today. If so, somebody who acted
            in one and isn't in it has left it.
    """

    def __init__(self, *, knows_members: bool) -> None:
        # No name: SQLite keeps it in memory while it is small, and removes its file with it.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        self._knows_members = knows_members
        self._acted: dict[tuple[str, str], int] = {}
        self._belongs: dict[tuple[str, str], MemberRole] = {}
        self._moves: dict[tuple[str, str, int], bool] = {}
        self._first: dict[str, datetime] = {}

    def close(self) -> None:
        """Lets go of the temporary database."""
        self._database.close()

    def seen(self, person: str, at: datetime) -> None:
        """Notes that a person is there at a moment, whatever they do."""
        first = self._first.get(person)
        if first is None or at < first:
            self._first[person] = at

    def acted(self, group: str, person: str, at: datetime) -> None:
        """Notes that a person acts in a group."""
        self.seen(person, at)
        pair, moment = (group, person), _number(at)
        first = self._acted.get(pair)
        if first is None or moment < first:
            self._acted[pair] = moment
            if len(self._acted) >= MOST_IN_MEMORY:
                self._write()

    def moved(self, group: str, person: str, at: datetime, *, joins: bool) -> None:
        """Notes that a person joins or leaves a group, as the source tells it."""
        if joins:
            self.acted(group, person, at)
        self.seen(person, at)
        self._moves[group, person, _number(at)] = joins
        if len(self._moves) >= MOST_IN_MEMORY:
            self._write()

    def belongs(self, group: str, person: str, role: MemberRole) -> None:
        """Notes that a person is in a group at the moment of the export."""
        self._belongs[group, person] = role
        if len(self._belongs) >= MOST_IN_MEMORY:
            self._write()

    def tell(
        self,
        *,
        groups: Mapping[str, FoundGroup],
        people: Mapping[str, FoundPerson],
        exported_at: datetime,
    ) -> Iterator[Told]:
        """Tells how groups, memberships and people come to be; last of all, people.

        Args:
            groups: All groups of the export, by id. Acts in others are left to the checks.
            people: All people of the export, by id. What others do is left to the checks.
            exported_at: The moment of the export.
        """
        self._write()
        founded = set()
        rows = self._database.execute(
            "SELECT grp, person, acted, role FROM stays ORDER BY grp, person"
        )
        for group_id, found in groupby(rows, key=itemgetter(0)):
            stays = [stay for row in found if (stay := _Stay(*row[1:])).person in people]
            if (group := groups.get(group_id)) is not None:
                founded.add(group_id)
                yield from self._group(group, stays, people, exported_at)
        for group_id, group in groups.items():
            if group_id not in founded:
                yield from self._group(group, [], people, exported_at)
        yield from self._people(people, exported_at)

    def _group(
        self,
        group: FoundGroup,
        stays: list[_Stay],
        people: Mapping[str, FoundPerson],
        exported_at: datetime,
    ) -> Iterator[Told]:
        place = group.place
        acts = [stay.acted for stay in stays if stay.acted is not None]
        first = _moment(min(acts)) if acts else exported_at
        at = min(group.created_at or first, first)
        founder = _founder(group, stays, people, at)
        if founder is None:
            sentence = "Nobody ever did anything in this channel, and nobody leads it."
            yield Problem(kind="empty", place=place, sentence=sentence)
            return
        self.seen(founder, at)
        founded = GroupFounded(
            at=at,
            id=group.id,
            by=founder,
            name=group.name,
            purpose=group.purpose,
            visibility=group.visibility,
        )
        yield PlacedAct(place, founded)
        channel = ChannelCreated(at=at, id=group.id, group=group.id, by=founder, name=group.name)
        yield PlacedAct(place, channel)
        moves = self._moves_in(group.id)
        for stay in stays:
            # Whoever founds a group answers for it until somebody else does.
            if stay.person != founder:
                stays_until_now = people[stay.person].left_at is not None or (
                    stay.role is not None or not self._knows_members
                )
                told = moves.get(stay.person, [])
                for act in self._stay(group, stay, told, exported_at, stays_until_now):
                    yield PlacedAct(place, act)
        if group.archived_at is not None:
            yield PlacedAct(place, GroupArchived(at=max(group.archived_at, at), group=group.id))

    def _stay(
        self,
        group: FoundGroup,
        stay: _Stay,
        moves: list[tuple[int, bool]],
        exported_at: datetime,
        stays_until_now: bool,
    ) -> Iterator[MemberJoined | MemberLeft]:
        role, now = stay.role or "member", _number(exported_at)
        first = now if stay.acted is None else stay.acted
        inside = False
        for at, joins in [(first, True), *moves, *([] if stays_until_now else [(now, False)])]:
            if joins and not inside:
                self.seen(stay.person, _moment(at))
                yield MemberJoined(at=_moment(at), group=group.id, person=stay.person, role=role)
            elif inside and not joins:
                yield MemberLeft(at=_moment(at), group=group.id, person=stay.person)
            inside = joins

    def _moves_in(self, group: str) -> dict[str, list[tuple[int, bool]]]:
        moves: dict[str, list[tuple[int, bool]]] = {}
        for person, at, joins in self._database.execute(_MOVES, (group,)):
            moves.setdefault(person, []).append((at, bool(joins)))
        return moves

    def _people(
        self, people: Mapping[str, FoundPerson], exported_at: datetime
    ) -> Iterator[PlacedAct]:
        for person_id, person in people.items():
            left_at = person.left_at
            last = exported_at if left_at is None else min(left_at, exported_at)
            at = min(self._first.get(person_id, last), last)
            yield PlacedAct(person.place, msgspec.structs.replace(person.came, at=at))
            if left_at is not None:
                yield PlacedAct(person.place, PersonLeft(at=left_at, person=person_id))

    def _write(self) -> None:
        acted = sorted((*pair, at) for pair, at in self._acted.items())
        self._database.executemany(_ACTED, acted)
        belongs = sorted((*pair, role) for pair, role in self._belongs.items())
        self._database.executemany(_BELONGS, belongs)
        moves = sorted((*move, int(joins)) for move, joins in self._moves.items())
        self._database.executemany(_MOVED, moves)
        for gathered in (self._acted, self._belongs, self._moves):
            gathered.clear()


def _founder(
    group: FoundGroup, stays: list[_Stay], people: Mapping[str, FoundPerson], at: datetime
) -> str | None:
    """Who founds a group at a moment; None: nobody can.

    Programs don't, and neither do those who have left by then, as long as there is anybody else.
    """

    def can(person: str) -> bool:
        found = people[person]
        stays_on = found.left_at is None or found.left_at > at
        return stays_on and found.came.account == "human"

    made_by = group.created_by
    if made_by is not None and made_by in people and can(made_by):
        return made_by
    stays = [stay for stay in stays if can(stay.person)] or stays
    leading = [stay for stay in stays if stay.role in {"owner", "moderator"}]
    acting = [stay for stay in stays if stay.acted is not None]
    # Those who never acted come last among those who lead.
    never = _number(EPOCH.replace(year=9999))
    first = min(
        leading or acting, key=lambda stay: (stay.acted or never, stay.person), default=None
    )
    return first and first.person


def _number(at: datetime) -> int:
    return (at - EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime:
    return EPOCH + number * _MICROSECOND
