"""The vote is sealed: whatever people choose, the world gets the same bytes until the publication.

Two worlds go through the same history with the same ids at the same times; only the choices differ.
What is told on public topics and what any route shows to anybody must not differ by a bit.
`tests/integration/contests` asks the same of the running service.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contests.api.models import contest_view, entry_view
from services.contests.commands.contest_phases import AdvanceContest
from services.contests.commands.context import contest_context
from services.contests.commands.entries import ViewEntry
from services.contests.commands.scheduled import RecordResult
from services.contests.domain.audience import Affiliations
from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.domain.rules import Rules
from services.contests.domain.tally import Candidate, Cast, Tally, tally
from shared.audience import Person
from shared.contract.events.envelope import format_time, seal
from shared.contract.events.topics import BALLOTS
from shared.contract.principal import Principal
from tests.unit.contests.world import SCHEDULE, World, take_back, vote

AUTHORS = ("ann", "ben", "cleo")
VOTERS = ("dora", "emil", "fay", "gus")

# Of each voter: the entries of a first and a second ballot, by number; then perhaps none.
chosen = st.lists(st.integers(0, 2), min_size=1, max_size=2, unique=True)
votes = st.fixed_dictionaries({name: st.tuples(chosen, chosen) for name in VOTERS})


Choices = Mapping[str, tuple[list[int], list[int]]]


def history(choices: Choices, takes_back: set[str]) -> tuple[World, list[bytes]]:
    """A contest up to its result, and every GET answer about it on the way."""
    ids = (f"01976f3e-0000-7000-8000-{number:012d}" for number in count())
    world = World(lambda: next(ids))
    shown: list[bytes] = []
    olga = world.person("olga", "editor")
    authors = [world.person(name) for name in AUTHORS]
    everybody = [olga, *authors, world.person("ada", "admin"), world.person("guest")]
    voters = {name: world.person(name) for name in VOTERS}
    contest, entries = world.voting(olga, *authors, rules=Rules(votes_max=2))
    for turn in (0, 1):
        for name, voter in voters.items():
            world.now += timedelta(minutes=1)
            world.do(ViewEntry(voter, entries[0].id))
            chosen = [entries[number].id for number in choices[name][turn]]
            world.do(vote(voter, contest.id, chosen))
            shown += answers(world, contest.id, everybody)
    for name in sorted(takes_back):
        world.do(take_back(voters[name], contest.id))
    world.at(SCHEDULE.closes_at, contest)
    shown += answers(world, contest.id, everybody)
    world.now += LONGEST_COMMIT
    world.do(RecordResult(contest.id, counted(world)))
    shown += answers(world, contest.id, everybody)
    return world, shown


def counted(world: World) -> Tally:
    candidates = [
        Candidate(entry.id, entry.submitted_at, entry.author) for entry in world.all(Entry)
    ]
    ballots = [Cast(ballot.id, tuple(ballot.choices)) for ballot in world.all(Ballot)]
    return tally(ballots, candidates, "earliest_entry")


def answers(world: World, contest_id: str, people: list[Principal]) -> list[bytes]:
    """The contest and its entries as each of these people sees them."""
    made = []
    for principal in people:
        who = Affiliations(world.get(Person, principal.person_id), {})
        context = contest_context(world.get(Contest, contest_id), {}, who, principal)
        made.append(contest_view(context, principal).model_dump_json().encode())
        views = [entry_view(entry, context, principal) for entry in world.all(Entry)]
        made += [view.model_dump_json().encode() for view in views]
    return made


def public_bytes(world: World) -> list[bytes]:
    """What the public topics carry, with ids and times that are the same in all worlds."""
    time = format_time(datetime(2030, 1, 1, tzinfo=UTC))
    sealed = [
        seal(data, actor=actor, source="/test", event_id="-", time=time, traceparent=None)
        for data, actor, *_ in world.events
    ]
    return [event.body for event in sealed if event.topic != BALLOTS]


@settings(max_examples=50, deadline=None)
@given(votes, votes, st.sets(st.sampled_from(VOTERS)))
def test_whatever_is_chosen_the_world_is_told_and_shown_the_same(
    some: Choices, others: Choices, takes_back: set[str]
) -> None:
    # That somebody changed their vote is public, so both worlds let the same people do so.
    others = {
        name: others[name] if changes(others[name]) == changes(some[name]) else some[name]
        for name in VOTERS
    }
    (world, shown), (other, shown_there) = history(some, takes_back), history(others, takes_back)
    assert public_bytes(world) == public_bytes(other)
    assert shown == shown_there


def changes(turns: tuple[list[int], list[int]]) -> bool:
    first, second = turns
    return set(first) != set(second)


def test_the_comparison_notices_what_is_published() -> None:
    """The control: with the publication the two worlds differ, so they were worth comparing."""
    worlds = []
    for number in (0, 1):
        world, _ = history({name: ([number], [number]) for name in VOTERS}, set())
        [contest] = world.all(Contest)
        olga = world.person("olga", "editor")
        before = public_bytes(world)
        world.do(AdvanceContest(olga, contest.id, "published"))
        worlds.append((before, public_bytes(world)))
    assert worlds[0][0] == worlds[1][0]
    assert worlds[0][1] != worlds[1][1]


def test_only_the_restricted_topic_carries_an_entry_id_with_a_vote() -> None:
    world, _ = history({name: ([0], [1]) for name in VOTERS}, {"dora"})
    told = [data for data, *_ in world.events if data.type.startswith("mitmach.ballot.")]
    assert {data.topic for data in told if hasattr(data, "entry_ids")} == {BALLOTS}
    ids = [entry.id.encode() for entry in world.all(Entry)]
    ballots = [body for body in public_bytes(world) if b"mitmach.ballot." in body]
    assert ballots
    assert not any(entry_id in body for entry_id in ids for body in ballots)
