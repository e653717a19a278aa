"""What is so of people and memberships after some news; pure."""

from itertools import pairwise
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audience import EVERYONE, Group, Membership, Person, membership_id
from shared.audience.learn import Audience, arrived, arriving, last_numbers, learn
from shared.audience.news import Account, AudienceNews
from shared.contract.access import GroupRole

GROUP, OTHER = "g1", "g2"
MEMBER, OWNER = GroupRole.MEMBER, GroupRole.OWNER
ACTIVE, AWAY = Account("active", human=True), Account("suspended", human=True)
PROGRAM = Account("active", human=False)

Known: TypeAlias = Audience[Person, Membership]


class Copy:
    """The copy of people and groups: what was learnt stays, and comes back as what was known."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.memberships: dict[str, Membership] = {}
        self.groups: dict[str, Group] = {}

    def learn(self, news: AudienceNews) -> tuple[Known, Known]:
        """What was known, and what is now."""
        begun = arriving(news, self.memberships)
        before = Audience(self.people, self.memberships, last_numbers(begun, self.groups))
        after = learn(news, before, person=_newcomer, membership=Membership)
        self.people, self.memberships = dict(after.people), dict(after.memberships)
        for group_id, last in after.arrivals.items():
            self.groups[group_id] = Group(id=group_id, arrivals=last)
        return before, after

    def number(self, person: str, group_id: str = GROUP) -> int:
        return self.memberships[membership_id(group_id, person)].number


def _newcomer(person_id: str) -> Person:
    return Person(id=person_id)


def joined(person: str, group_id: str = GROUP, role: GroupRole | None = MEMBER) -> AudienceNews:
    return AudienceNews(roles={person: {group_id: role}})


def test_who_comes_is_numbered_and_who_comes_back_anew() -> None:
    copy = Copy()
    for person in ("p", "q"):
        copy.learn(joined(person))
    assert (copy.number("p"), copy.number("q")) == (1, 2)
    copy.learn(joined("p", role=None))
    copy.learn(joined("p"))
    assert copy.number("p") == 3


def test_another_role_or_a_repetition_is_no_arrival() -> None:
    copy = Copy()
    copy.learn(joined("p"))
    before, after = copy.learn(joined("p", role=OWNER))
    assert copy.memberships[membership_id(GROUP, "p")].role is OWNER
    assert copy.number("p") == 1
    assert arrived(before, after) == {}
    before, after = copy.learn(joined("p", role=OWNER))
    assert before.memberships == after.memberships


def test_people_have_a_number_while_they_are_counted() -> None:
    copy = Copy()
    for account, number in ((PROGRAM, None), (ACTIVE, 1), (ACTIVE, 1), (AWAY, None), (ACTIVE, 2)):
        copy.learn(AudienceNews(accounts={"p": account}))
        assert copy.people["p"].number == number
    assert copy.groups[EVERYONE].arrivals == 2


def test_of_the_erased_and_of_deleted_groups_no_membership_stays() -> None:
    copy = Copy()
    copy.learn(AudienceNews(accounts={"p": ACTIVE}, roles={"p": {GROUP: MEMBER, OTHER: OWNER}}))
    copy.learn(joined("q", OTHER))
    copy.learn(AudienceNews(groups={OTHER: {"visibility": "open", "deleted": True}}))
    assert set(copy.memberships) == {membership_id(GROUP, "p")}
    copy.learn(AudienceNews(accounts={"p": None}))
    assert (copy.people, copy.memberships) == ({}, {})


def told_of(person: str, account: Account | None) -> AudienceNews:
    return AudienceNews(accounts={person: account})


_people = st.sampled_from("pqr")
_facts = st.lists(
    st.one_of(
        st.builds(told_of, _people, st.sampled_from([ACTIVE, AWAY, PROGRAM, None])),
        st.builds(
            joined, _people, st.sampled_from([GROUP, OTHER]), st.sampled_from([MEMBER, None])
        ),
    ),
    max_size=25,
)


def together(facts: list[AudienceNews]) -> AudienceNews:
    news = AudienceNews()
    for fact in facts:
        news.include(fact)
    return news


@settings(max_examples=200, deadline=None)
@given(_facts, st.lists(st.integers(0, 25), max_size=5))
def test_no_number_is_given_twice_however_the_news_are_cut(
    facts: list[AudienceNews], cuts: list[int]
) -> None:
    copy = Copy()
    given_out: dict[str, list[int]] = {}
    bounds = sorted({0, len(facts), *(min(cut, len(facts)) for cut in cuts)})
    for start, end in pairwise(bounds):
        before, after = copy.learn(together(facts[start:end]))
        fresh = [
            (membership.group_id, membership.number)
            for key, membership in after.memberships.items()
            if key not in before.memberships
        ]
        fresh += [
            (EVERYONE, person.number)
            for key, person in after.people.items()
            if person.number is not None
            and (key not in before.people or before.people[key].number is None)
        ]
        for group_id, number in fresh:
            given_out.setdefault(group_id, []).append(number)
            assert before.arrivals[group_id] < number <= after.arrivals[group_id]
    for numbers in given_out.values():
        assert len(set(numbers)) == len(numbers)
    for person in copy.people.values():
        assert (person.number is not None) is person.counted
