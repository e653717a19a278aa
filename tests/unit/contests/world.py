"""The contests service in memory.

world = World()
organiser, voter = world.person("o", "editor"), world.person("v")
contest = world.voting(organiser)
world.do(vote(voter, contest.id, [entry.id]))
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from msgspec.structs import replace

from services.contests.commands.ballots import CastBallot, WithdrawBallot
from services.contests.commands.contest_phases import AnnounceContest
from services.contests.commands.contests import CreateContest
from services.contests.commands.entries import SubmitEntry
from services.contests.commands.entry_reviews import AcceptEntry, ConfirmRejection, ProposeRejection
from services.contests.commands.scheduled import EnterDuePhases
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, EntryContent
from services.contests.domain.roll import Roll
from services.contests.domain.rules import Description, Rules, Schedule
from shared.audience import EVERYONE, Group, Membership, Person, membership_id
from shared.contract.access import GroupRole, Visibility
from shared.contract.events.envelope import EventData
from shared.contract.events.vocabulary import PersonStatus
from shared.contract.ids import new_id
from shared.contract.media import Media
from shared.contract.principal import Principal
from shared.delivery.command import Entity
from tests.support.in_memory import InMemory, principal

E = TypeVar("E", bound=Entity)
D = TypeVar("D", bound=EventData)

START = datetime(2030, 5, 6, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(milliseconds=1)

SCHEDULE = Schedule(
    submissions_at=START + DAY,
    review_at=START + 2 * DAY,
    voting_at=START + 3 * DAY,
    closes_at=START + 4 * DAY,
)
CONTENT = EntryContent(
    title="Morning", text="A cup.", media=[Media(url="https://media/1", alt="A cup")]
)


def description(rules: Rules | None = None, schedule: Schedule | None = SCHEDULE) -> Description:
    """A photo contest."""
    return Description(title="Best coffee", kind="photo", rules=rules or Rules(), schedule=schedule)


def everybody(people: int) -> Roll:
    """A roll that holds whoever comes before or after, and says that it is so many."""
    return Roll(arrivals=1_000_000, activations=1_000_000, people=people)


def vote(who: Principal, contest_id: str, choices: Sequence[str]) -> CastBallot:
    """A vote, as the route makes it: but the alias of the voter is their id."""
    return CastBallot(who, contest_id, who.person_id, choices)


def take_back(who: Principal, contest_id: str) -> WithdrawBallot:
    """Taking a vote back, likewise."""
    return WithdrawBallot(who, contest_id, who.person_id)


class World(InMemory):
    """The contests service in memory.

    Attributes:
        new_id: Makes ids.
    """

    def __init__(self, ids: Callable[[], str] = new_id) -> None:
        super().__init__(START)
        self.new_id = ids
        self._numbers = count(1)

    def get(self, kind: type[E], entity_id: str) -> E:
        """A stored entity."""
        entity = self.stored[kind, entity_id]
        assert isinstance(entity, kind)
        return entity

    def all(self, kind: type[E]) -> list[E]:
        """All stored entities of a kind."""
        return [entity for entity in self.stored.values() if isinstance(entity, kind)]

    def types(self) -> list[str]:
        """The types of what was told since the last call, without `mitmach.`; then forgets it."""
        told = [event.data.type.removeprefix("mitmach.") for event in self.events]
        self.events.clear()
        return told

    def last(self, kind: type[D]) -> D:
        """What was told last, which is of this kind."""
        data = self.events[-1].data
        assert isinstance(data, kind)
        return data

    def person(
        self,
        name: str,
        *roles: str,
        status: PersonStatus = "active",
        human: bool = True,
        groups: dict[str, str] | None = None,
    ) -> Principal:
        """Somebody who is known to the service: a human being, or a program."""
        who = principal(name, *roles, human=human)
        number = next(self._numbers) if status == "active" and human else None
        self.store(Person(id=who.person_id, status=status, human=human, number=number))
        for group_id, role in (groups or {}).items():
            self.store(
                Membership(
                    id=membership_id(group_id, who.person_id),
                    group_id=group_id,
                    person=who.person_id,
                    role=GroupRole(role),
                    number=next(self._numbers),
                )
            )
        return who

    def group(self, visibility: str = "open", *, archived: bool = False) -> str:
        """A group that is known to the service; its id."""
        group_id = self.new_id()
        self.store(Group(id=group_id, visibility=Visibility(visibility), archived=archived))
        return group_id

    def archive(self, group_id: str, *, archived: bool = True) -> None:
        """A group becomes read-only, or is in use again."""
        self.store(replace(self.get(Group, group_id), archived=archived))

    def delete(self, group_id: str) -> None:
        """A group is gone, and its members are none any more."""
        self.store(replace(self.get(Group, group_id), deleted=True))
        self.delete_memberships(group_id)

    def delete_memberships(self, group_id: str) -> None:
        """Everybody leaves the group."""
        for membership in self.all(Membership):
            if membership.group_id == group_id:
                del self.stored[Membership, membership.id]

    def draft(
        self,
        organiser: Principal,
        rules: Rules | None = None,
        *,
        schedule: Schedule | None = SCHEDULE,
        group_id: str = EVERYONE,
    ) -> Contest:
        """A new contest."""
        contest_id = self.new_id()
        self.do(CreateContest(organiser, contest_id, group_id, description(rules, schedule)))
        return self.get(Contest, contest_id)

    def announced(
        self,
        organiser: Principal,
        rules: Rules | None = None,
        *,
        schedule: Schedule = SCHEDULE,
        group_id: str = EVERYONE,
    ) -> Contest:
        """A contest that people know of."""
        contest = self.draft(organiser, rules, schedule=schedule, group_id=group_id)
        self.do(AnnounceContest(organiser, contest.id, everybody(10), everybody(10)))
        return self.get(Contest, contest.id)

    def at(self, moment: datetime, contest: Contest) -> Contest:
        """Lets time pass, and the clock do what is due for this contest."""
        self.now = moment
        self.do(EnterDuePhases(contest.id, everybody(12)))
        return self.get(Contest, contest.id)

    def submissions(self, organiser: Principal, rules: Rules | None = None) -> Contest:
        """A contest that takes entries."""
        return self.at(SCHEDULE.submissions_at, self.announced(organiser, rules))

    def enter(self, author: Principal, contest: Contest, content: EntryContent = CONTENT) -> Entry:
        """An entry of this person."""
        entry_id = self.new_id()
        self.do(SubmitEntry(author, contest.id, entry_id, content, consents=True))
        return self.get(Entry, entry_id)

    def accept(self, organiser: Principal, entry: Entry) -> Entry:
        """The entry, accepted."""
        self.do(AcceptEntry(organiser, entry.id))
        return self.get(Entry, entry.id)

    def reject_in_vote(self, organiser: Principal, entry: Entry) -> Entry:
        """The entry, rejected while people vote: by an organiser and an administrator."""
        self.do(ProposeRejection(organiser, entry.id, "A copy.", "copyright"))
        self.do(ConfirmRejection(self.person("second", "admin"), entry.id))
        return self.get(Entry, entry.id)

    def voting(
        self, organiser: Principal, *authors: Principal, rules: Rules | None = None
    ) -> tuple[Contest, list[Entry]]:
        """A contest that takes votes, with an accepted entry of each author; nothing told yet."""
        contest = self.submissions(organiser, rules)
        entries = [self.enter(author, contest) for author in authors]
        if contest.rules.reviewed:
            entries = [self.accept(organiser, entry) for entry in entries]
        contest = self.at(SCHEDULE.voting_at, contest)
        self.events.clear()
        return contest, entries
