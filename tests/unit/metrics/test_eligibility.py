"""Who could take part on a day, held against a person by person calculation."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from services.metrics.kpis.eligibility import AccountChanges, Eligibility
from services.metrics.projection import PartitionIncrements, fold
from shared.contract.erasures import erasure_id
from shared.contract.events import people
from shared.contract.events.envelope import EventData
from tests.support.metrics import told

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 12
PEOPLE = 8
HOUR = timedelta(hours=1)

# What can happen to an account, as the statuses before and after it.
STEPS: Mapping[str, Mapping[str, str]] = {
    "new": {"invited": "invited", "activated": "active"},
    "invited": {"activated": "active", "erased": "erased"},
    "active": {"suspended": "suspended", "left": "left", "erased": "erased"},
    "suspended": {"reinstated": "active", "left": "left", "erased": "erased"},
    "left": {"reinstated": "active", "erased": "erased"},
    "erased": {},
}


@st.composite
def lives(draw: st.DrawFn) -> list[list[tuple[int, str]]]:
    """Per person: what happened at which hour, possible things only."""
    return [draw(_life()) for _ in range(PEOPLE)]


@st.composite
def _life(draw: st.DrawFn) -> list[tuple[int, str]]:
    hours = sorted(draw(st.lists(st.integers(0, DAYS * 24 - 1), max_size=8, unique=True)))
    status, life = "new", []
    for hour in hours:
        if STEPS[status]:
            step = draw(st.sampled_from(sorted(STEPS[status])))
            status = STEPS[status][step]
            life.append((hour, step))
    return life


def event(step: str, person: str) -> EventData:
    account: dict[str, Any] = {"person": person, "account": "human"}
    match step:
        case "invited":
            return people.PersonInvited(**account)
        case "activated":
            return people.PersonActivated(**account, invited=False)
        case "suspended":
            return people.PersonSuspended(**account, previous="active")
        case "reinstated":
            return people.PersonReinstated(**account, status="active", previous="suspended")
        case "left":
            return people.PersonLeft(**account, previous="active", ever_activated=True)
        case _:
            return people.PersonErased(
                **account,
                previous="active",
                ever_activated=True,
                erasure=erasure_id(account["person"]),
                texts="kept",
            )


def changes_of(taken: PartitionIncrements) -> dict[date, AccountChanges]:
    """What the store makes of the increments, without a store."""
    return {
        day: AccountChanges(
            *(
                BitMap(int(person) for person, account in accounts.items() if said(account))
                for said in (
                    lambda account: account.invited,
                    lambda account: account.was_active,
                    lambda account: account.active_after is True,
                    lambda account: account.active_after is False,
                    lambda account: account.erased,
                    lambda account: account.program,
                )
            )
        )
        for day, accounts in taken.accounts.items()
    }


def active_hours(life: list[tuple[int, str]]) -> set[int]:
    """In which hours the account could be used, if only for a part of them."""
    hours: set[int] = set()
    since = None
    for hour, step in life:
        if step in {"activated", "reinstated"}:
            since = hour
        elif since is not None:
            hours.update(range(since, hour + 1))  # usable until the very moment of the change
            since = None
    if since is not None:
        hours.update(range(since, DAYS * 24))
    return hours


@given(lives())
def test_the_eligible_of_each_day_are_those_whose_account_could_be_used(
    all_lives: list[list[tuple[int, str]]],
) -> None:
    folded = fold("mitmach.people.v1/0")
    happenings = sorted(
        (hour, person, step) for person, life in enumerate(all_lives) for hour, step in life
    )
    for hour, person, step in happenings:
        folded.apply(told(event(step, str(person)), at=FIRST + hour * HOUR))

    eligibility = Eligibility(changes_of(folded.take()))

    for number in range(DAYS):
        day = FIRST.date() + timedelta(days=number)
        expected = {
            person
            for person, life in enumerate(all_lives)
            if any(hour // 24 == number for hour in active_hours(life))
        }
        assert set(eligibility.on(day)) == expected
        before = {
            person: {step for hour, step in life if hour < number * 24}
            for person, life in enumerate(all_lives)
        }
        living = [steps for steps in before.values() if "erased" not in steps]
        accounts = eligibility.accounts(day)
        assert accounts.activated == sum("activated" in steps for steps in living)
        assert accounts.known == sum(bool(steps & {"activated", "invited"}) for steps in living)


def test_a_person_who_is_suspended_in_the_morning_was_eligible_that_day() -> None:
    folded = fold("mitmach.people.v1/0")
    folded.apply(told(event("activated", "1"), at=FIRST))
    folded.apply(told(event("suspended", "1"), at=FIRST + 30 * HOUR))

    eligibility = Eligibility(changes_of(folded.take()))

    second, third = FIRST.date() + timedelta(days=1), FIRST.date() + timedelta(days=2)
    assert set(eligibility.on(second)) == {1}
    assert set(eligibility.on(third)) == set()


def test_programs_are_not_eligible_and_are_counted_beside_people() -> None:
    folded = fold("mitmach.people.v1/0")
    robots: list[dict[str, Any]] = [
        {"person": str(number), "account": "service"} for number in range(1, 4)
    ]
    for robot in robots:
        folded.apply(told(people.PersonInvited(**robot), at=FIRST))
        folded.apply(told(people.PersonActivated(**robot, invited=True), at=FIRST))
    first, second, _ = robots
    folded.apply(told(people.PersonSuspended(**second, previous="active"), at=FIRST))
    again = people.PersonReinstated(**second, status="active", previous="suspended")
    folded.apply(told(again, at=FIRST))
    gone = people.PersonErased(
        **first,
        previous="active",
        ever_activated=True,
        erasure=erasure_id(first["person"]),
        texts="kept",
    )
    folded.apply(told(gone, at=FIRST + HOUR))

    taken = folded.take()

    assert sum(taken.tallies.values()) == 9
    eligibility, day = Eligibility(changes_of(taken)), FIRST.date()
    assert not eligibility.on(day)
    assert eligibility.accounts(day + timedelta(days=1)) == (0, 0, 2)
    assert eligibility.accounts(day) == (0, 0, 0)


def test_an_account_that_is_reinstated_without_ever_being_used_is_not_eligible() -> None:
    folded = fold("mitmach.people.v1/0")
    folded.apply(
        told(
            people.PersonReinstated(
                person="1", account="human", status="invited", previous="suspended"
            ),
            at=FIRST,
        )
    )

    assert not any(
        account.was_active or account.active_after
        for accounts in folded.take().accounts.values()
        for account in accounts.values()
    )
