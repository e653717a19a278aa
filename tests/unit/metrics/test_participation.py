"""Tables of who took part where: what news come to, in whatever portions they are taken in."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyroaring import BitMap

from services.metrics.kpis.contributions import Contributions
from services.metrics.kpis.eligibility import Whereabouts
from services.metrics.projection.participants import Deed, MembershipChange, Participants
from services.metrics.store.columns.participation import (
    BELONGED,
    BELONGS,
    BITS,
    INTERACTED,
    ON_ANY_TOPIC,
    ParticipationNews,
    ParticipationTable,
    in_group,
    members_of,
    on_topic,
)
from services.metrics.store.columns.post_news import MOST_TOPICS

DAY = date(2026, 11, 20)
GROUPS = ("reading", "running")
TOPICS = ("söndag", "zebra", "group reading")
PEOPLE = "abcdef"
NUMBERS = {person: number for number, person in enumerate(PEOPLE[:-1])}


class Act(NamedTuple):
    """What somebody does in a group."""

    who: str
    deed: Deed
    group: str
    topics: tuple[str, ...]


class Move(NamedTuple):
    """Somebody comes into a group, or leaves it."""

    who: str
    belongs: bool
    group: str


acts = st.builds(
    Act,
    who=st.sampled_from(PEOPLE),
    deed=st.sampled_from(sorted(BITS)),
    group=st.sampled_from(GROUPS),
    topics=st.lists(st.sampled_from(TOPICS), max_size=2, unique=True).map(tuple),
)
moves = st.builds(
    Move, who=st.sampled_from(PEOPLE), belongs=st.booleans(), group=st.sampled_from(GROUPS)
)
flushes_ = st.lists(st.lists(st.one_of(acts, moves), max_size=6), max_size=6)


def news_of(happened: Sequence[Act | Move]) -> list[ParticipationNews]:
    """What a flush makes of what happened on a day."""
    participants: list[Participants] = []
    changes: list[MembershipChange] = []
    for what in happened:
        if isinstance(what, Move):
            changes.append(MembershipChange(DAY, what.group, what.who, what.belongs))
            continue
        found = Participants(DAY, what.group, what.topics)
        if what.deed == "contributed":
            found.contributions.append(what.who)
        else:
            found.of(what.deed).add(what.who)
        participants.append(found)
    numbered = [found.numbered(NUMBERS) for found in participants]
    return list(ParticipationNews.by_day(numbered, changes, NUMBERS).values())


@given(flushes=flushes_, cuts=st.sets(st.integers(0, 6)), rows=st.sampled_from((1, 2, 1_000)))
def test_a_table_is_what_happened_wherever_it_was_cut_and_stored(
    flushes: list[list[Act | Move]], cuts: set[int], rows: int
) -> None:
    table = ParticipationTable.empty()
    waiting: list[ParticipationNews] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.metrics.store.columns.participation.MOST_ROWS", rows)
        for number, happened in enumerate(flushes):
            waiting += [ParticipationNews.read(news.stored()) for news in news_of(happened)]
            if number in cuts:
                table, waiting = table.changed(waiting), []
                pages = table.pages()
                assert len(pages) == max(1, -(-len(table) // rows))
                table = ParticipationTable.read(pages[::-1])
    known = [what for happened in flushes for what in happened if what.who in NUMBERS]
    agrees(
        table.changed(waiting),
        [what for what in known if isinstance(what, Act)],
        [what for what in known if isinstance(what, Move)],
    )


def names(found: BitMap) -> set[str]:
    """Who these numbers are."""
    return {person for person, number in NUMBERS.items() if number in found}


def agrees(table: ParticipationTable, acts: Sequence[Act], moves: Sequence[Move]) -> None:
    """Compares a table with what a loop over all that happened comes to."""
    for group in GROUPS:
        rows = table.rows(in_group(group))
        here = [act for act in acts if act.group == group]
        for deed, bit in BITS.items():
            assert names(rows.who(bit)) == {act.who for act in here if act.deed == deed}
        counts = Counter(act.who for act in here if act.deed == "contributed")
        told = zip(rows.contributors.tolist(), rows.counts.tolist(), strict=True)
        assert {PEOPLE[number]: count for number, count in told} == counts
        ends = {move.who: move.belongs for move in moves if move.group == group}
        came = {move.who for move in moves if move.group == group and move.belongs}
        members = table.rows(members_of(group))
        assert names(members.who(BELONGS)) == {who for who, belongs in ends.items() if belongs}
        assert names(members.who_did_not(BELONGS)) == {who for who in ends if not ends[who]}
        assert names(members.who(BELONGED)) == came
    interactions = [act for act in acts if act.deed == "interacted"]
    for topic in TOPICS:
        wanted = {act.who for act in interactions if topic in act.topics}
        assert names(table.rows(on_topic(topic)).who(INTERACTED)) == wanted
    on_any = table.rows(ON_ANY_TOPIC).who(INTERACTED)
    assert names(on_any) == {act.who for act in interactions if act.topics}
    assert len(table.rows(on_topic("nothing")).people) == 0
    contributed = sum(act.deed == "contributed" for act in acts)
    assert sum(table.all_rows().counts.tolist()) == contributed


def test_a_flood_of_topics_takes_no_more_rows_than_a_post_may_have_topics() -> None:
    made_up = tuple(f"made up {number}" for number in range(10_000))
    participants = Participants(DAY, "reading", made_up, interacted={"a"})
    (news,) = ParticipationNews.by_day([participants.numbered(NUMBERS)], [], {}).values()
    assert len(news) == MOST_TOPICS + 2  # in the group, and on any topic


def test_contributions_of_several_days_are_added_and_narrowed_down() -> None:
    days = [
        Contributions.added(*map(_column, columns))
        for columns in (([3, 1], [3, 5]), ([], []), ([3, 9], [1, 1]))
    ]
    total = Contributions.total(days)
    assert dict(zip(total.people.tolist(), total.counts.tolist(), strict=True)) == {
        1: 5,
        3: 4,
        9: 1,
    }
    assert total.descending().tolist() == [5, 4, 1]
    assert total.among(BitMap([1, 2, 3, 9])) is total
    assert total.among(BitMap([9, 50])).counts.tolist() == [1]


def _column(values: list[int]) -> NDArray[np.uint32]:
    return np.array(values, np.uint32)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 4), st.sampled_from(("sales", "it", ""))),
        max_size=30,
    )
)
def test_people_are_where_they_were_told_to_be_last(told: list[tuple[int, int, str]]) -> None:
    told.sort(key=lambda one: one[0])
    last = {(day, person): word for day, person, word in told}
    sets: dict[date, dict[str, BitMap]] = {}
    for (day, person), word in last.items():
        sets.setdefault(DAY + timedelta(days=day), {}).setdefault(word, BitMap()).add(person)
    whereabouts = Whereabouts(sets)
    assert whereabouts.words == {word for word in last.values() if word}
    for day in range(-1, 7):
        for word in ("sales", "it", ""):
            wanted = {
                person
                for person in range(5)
                if [last[at, person] for at in range(day + 1) if (at, person) in last][-1:]
                == [word]
            }
            assert set(whereabouts.on(DAY + timedelta(days=day), word)) == wanted


def word_on(last: dict[tuple[int, int], str], day: int, person: int) -> str | None:
    """Where somebody was told to be last, up to a day."""
    told = [last[at, person] for at in range(day + 1) if (at, person) in last]
    return told[-1] if told else None
