"""The KPI catalogue: worked examples, and what must be true of any numbers."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from services.metrics.kpis import CATALOGUE, render_definitions
from services.metrics.kpis.content import (
    Answers,
    Attention,
    AttentionBreakdown,
    engagement_of,
)
from services.metrics.kpis.contributions import Contributions
from services.metrics.kpis.definitions import Facts, compute_kpi
from services.metrics.kpis.demand import TopicDemand
from services.metrics.kpis.eligibility import Accounts
from services.metrics.kpis.measures import (
    SMALLEST,
    Measure,
    quantile,
    ratio,
    suppressed_cells,
    wilson,
)
from services.metrics.kpis.people import DayActivity, Population
from services.metrics.kpis.windows import Window, parse_window
from services.metrics.store.columns.topic_bounds import DEFAULT_BOUNDS
from services.metrics.store.read.communities import AT_RISK, DORMANT

TODAY = date(2026, 11, 24)


Found = Population | AttentionBreakdown | Answers


def facts_of(*found: Found) -> Facts:
    """What a KPI looks at."""
    named: dict[str, Any] = {}
    for one in found:
        if isinstance(one, Population):
            named["people"] = one
        else:
            named["answers" if isinstance(one, Answers) else "attention"] = one
    return Facts(**named)


def measure(name: str, *now: Found, before: Found | None = None) -> Measure:
    return CATALOGUE[name].measure(facts_of(*now), None if before is None else facts_of(before))


def day(eligible: range, **did: set[int]) -> DayActivity:
    """A day on which these people could take part and did this; readers are viewers too."""
    deeds = {
        name: BitMap(did.get(name, ())) for name in DayActivity.__slots__ if name != "eligible"
    }
    return DayActivity(eligible=BitMap(eligible), **deeds)


def population(
    *days: DayActivity, known: int = 0, activated: int = 0, programs: int = 0
) -> Population:
    return Population(days, Accounts(known, activated, programs))


def test_every_definition_says_that_it_is_about_active_humans_which_the_page_defines() -> None:
    for kpi in CATALOGUE.values():
        assert "active human" in kpi.definition.explanation, kpi.definition.name
    assert render_definitions().count("- An **active human** is a human being whose account") == 1


# --- worked examples


def contributions(*counts: int) -> Contributions:
    """So many people who made so many contributions each."""
    return Contributions.added(np.arange(len(counts), dtype=np.uint32), np.array(counts, np.int64))


def test_concentration_is_the_share_of_the_ten_most_active() -> None:
    kpi = CATALOGUE["concentration"]
    found = kpi.measure(Facts(contributions=contributions(*range(1, 21))), None)
    assert (found.numerator, found.denominator) == (sum(range(11, 21)), sum(range(1, 21)))
    assert found.parts["contributors"] == 20
    # The mean difference of all pairs, by twice the mean.
    pairs = [abs(one - other) for one in range(1, 21) for other in range(1, 21)]
    assert found.parts["gini"] == pytest.approx(sum(pairs) / 20**2 / (2 * 10.5))

    even = kpi.measure(Facts(contributions=contributions(*[3] * 50)), None)
    assert (even.value, even.parts["gini"]) == (0.2, None)
    alone = kpi.measure(Facts(contributions=contributions(*[100, *[1] * 5])), None)
    assert (alone.value, alone.parts["gini"]) == (1, pytest.approx(0.786, abs=1e-3))


@pytest.mark.parametrize(("people", "told"), [(4, False), (5, True), (10, True), (15, True)])
def test_concentration_tells_nothing_of_few(people: int, told: bool) -> None:
    found = CATALOGUE["concentration"].measure(
        Facts(contributions=contributions(*[2] * people)), None
    )
    assert (found.value is not None, found.suppressed) == (told, not told)
    assert found.parts["contributors"] == (people if told else None)


@pytest.mark.parametrize("people", [11, 14])
def test_concentration_tells_nothing_of_the_few_beside_the_ten(people: int) -> None:
    found = CATALOGUE["concentration"].measure(
        Facts(contributions=contributions(*[2] * people)), None
    )
    assert (found.numerator, found.denominator, found.suppressed) == (None, None, True)
    assert found.parts["contributors"] == people


def test_demand_grows_where_more_take_a_topic_up_than_before() -> None:
    people = population(day(range(20)))
    demand = TopicDemand(BitMap(range(9)), [4, 4, 4, 4])
    found = CATALOGUE["topic_demand"].measure(Facts(people=people, demand=demand), None)
    assert (found.numerator, found.denominator, found.parts["momentum"]) == (9, 20, 2.0)
    few = population(day(range(4)))
    hidden = CATALOGUE["topic_demand"].measure(Facts(people=few, demand=demand), None)
    assert (hidden.value, hidden.suppressed, hidden.parts["momentum"]) == (None, True, None)


def test_nothing_is_told_of_people_who_stay_hidden() -> None:
    for kpi in CATALOGUE.values():
        found = compute_kpi(
            kpi,
            parse_window("7d", TODAY),
            now=Facts(hidden=True),
            before=Facts(hidden=True),
            as_of=datetime(2026, 11, 24, 9, tzinfo=UTC),
            provisional=False,
        )
        assert (found.value, found.numerator, found.denominator) == (None, None, None)
        assert (found.previous, found.parts, found.suppressed) == (None, {}, True)


def test_the_published_example_of_engagement() -> None:
    assert engagement_of(viewers=2612, interactors=261).value == pytest.approx(0.0999, abs=5e-5)


def test_adoption_counts_who_did_anything() -> None:
    now = population(
        day(range(10), read={1}, interacted={2}),
        day(range(10), created={3}, viewed={1}),
        known=20,
        activated=15,
    )

    found = measure("adoption", now)

    assert (found.numerator, found.denominator, found.value) == (3, 10, 0.3)
    assert found.parts["activation"]["value"] == 0.75


def test_what_somebody_does_who_is_not_eligible_is_no_activity() -> None:
    now = population(day(range(10), read={3, 99}), day(range(5, 10), read={3, 7}))

    assert set(now.active) == {3, 7}
    assert now.active <= now.eligible


def test_stickiness_counts_empty_days() -> None:
    busy = day(range(10), read=set(range(6)))
    now = population(busy, busy, *[day(range(10))] * 28)

    found = measure("stickiness", now)

    assert found.denominator == 6
    assert found.value == pytest.approx((12 / 30) / 6)


def test_reach_needs_a_view_of_a_post() -> None:
    people = population(day(range(10), read={1, 2}, viewed={3}, interacted={4}))
    posts = AttentionBreakdown(
        total=Attention(posts=2, viewers=12, audience=20, reached=10),
        formats={
            "video": Attention(posts=1, viewers=7, audience=10, reached=6),
            "text": Attention(posts=1, viewers=5, audience=10, reached=4),
        },
    )

    found = measure("reach", people, posts)

    assert (found.numerator, found.denominator) == (2, 10)
    assert found.parts["posts"]["value"] == 0.5
    assert found.parts["posts"]["spill"] == 2
    assert found.parts["formats"]["video"]["value"] == 0.6


def test_the_reach_of_a_format_that_few_saw_is_hidden_and_no_subtraction_tells_it() -> None:
    people = population(day(range(10)))
    formats = {
        "audio": Attention(posts=1, viewers=3, audience=500, reached=3),
        "poll": Attention(posts=1, viewers=9, audience=500, reached=8),
        "text": Attention(posts=1, viewers=90, audience=500, reached=80),
        "photo": Attention(posts=1, viewers=0, audience=50),
        "link": Attention(posts=1, viewers=40, audience=3, reached=2),
    }
    total = Attention(posts=5, viewers=142, audience=1553, reached=93)

    reach = measure("reach", people, AttentionBreakdown(total=total, formats=formats)).parts[
        "formats"
    ]
    engagement = measure("engagement", AttentionBreakdown(total=total, formats=formats)).parts[
        "formats"
    ]

    assert {name for name, cell in reach.items() if not cell["suppressed"]} == {"text"}
    assert engagement["audio"]["suppressed"]
    assert not engagement["link"]["suppressed"]
    # What engagement doesn't tell, the viewers, reach doesn't either.
    for name, cell in engagement.items():
        assert not cell["suppressed"] or reach[name]["suppressed"]


def test_engagement_of_a_format_is_a_ratio_of_sums_with_its_lift() -> None:
    posts = AttentionBreakdown(
        total=Attention(posts=3, viewers=200, interactors=30),
        formats={
            "video": Attention(posts=1, viewers=100, interactors=24),
            "text": Attention(posts=2, viewers=100, interactors=6),
        },
    )

    found = measure("engagement", posts)

    video = found.parts["formats"]["video"]
    assert found.value == pytest.approx(0.15)
    assert video["value"] == pytest.approx(0.24)
    assert video["lift"] == pytest.approx(1.6)
    low, high = video["interval"]
    assert low < 0.24 < high


def test_participation_splits_people_into_exclusive_sets() -> None:
    now = population(
        day(
            range(20),
            read={1, 2, 3, 4, 5},
            interacted={2, 3},
            contributed={3, 4},
            created={4},
        )
    )
    before = population(day(range(20), read=set(range(1, 11)), interacted={10}))

    found = measure("participation", now, before=before)

    assert (found.numerator, found.denominator) == (3, 20)
    people = {name: found.parts[name]["people"] for name in ("creators", "interactors", "viewers")}
    assert people == {"creators": 1, "interactors": 2, "viewers": 2}
    assert found.parts["inactive"]["people"] == 15
    assert found.parts["creators"]["of_active"] == 0.2
    flow = found.parts["activation_flow"]
    assert (flow["began_to_take_part"], flow["only_viewed_before"]) == (3, 9)


def test_responsiveness_of_the_judged_posts() -> None:
    found = measure(
        "responsiveness",
        Answers(posts=10, too_young=3, answered=6, appreciated=8, waits={60: 3, 120: 2, 7200: 1}),
    )

    assert found.value == 0.6
    assert found.parts["unanswered"] == pytest.approx(0.4)
    assert found.parts["appreciation"] == 0.8
    assert found.parts["seconds_to_first_response"] == {"median": 60, "p90": 7200}


# --- ground rules


def test_nothing_to_divide_by_is_null() -> None:
    nothings: tuple[tuple[str, *tuple[Found, ...]], ...] = (
        ("adoption", population()),
        ("stickiness", population()),
        ("participation", population()),
        ("reach", population(), AttentionBreakdown(total=Attention())),
        ("engagement", AttentionBreakdown(total=Attention())),
        ("responsiveness", Answers()),
    )
    for name, *nothing in nothings:
        found = measure(name, *nothing)
        assert found.value is None, name
        assert not found.suppressed, name


@given(st.integers(1, SMALLEST - 1), st.integers(0, 4))
def test_fewer_than_five_people_are_hidden_with_both_numbers(people: int, did: int) -> None:
    found = ratio(min(did, people), people)

    assert found.suppressed
    assert (found.numerator, found.denominator, found.value) == (None, None, None)


def test_the_split_of_a_handful_of_active_people_is_hidden_in_every_form() -> None:
    found = measure("participation", population(day(range(100), read={1, 2, 3}, created={3})))

    for name in ("creators", "interactors", "viewers"):
        cell = found.parts[name]
        assert cell["suppressed"]
        assert (cell["people"], cell["of_eligible"], cell["of_active"]) == (None, None, None)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30)))
def test_hidden_cells_cannot_be_got_back_by_subtraction(people: dict[str, int]) -> None:
    unseen = suppressed_cells(people, disjoint=True)

    assert {name for name, count in people.items() if 0 < count < SMALLEST} <= unseen
    total = sum(people.values())
    if unseen and total >= SMALLEST:  # a smaller total isn't shown itself
        difference = total - sum(count for name, count in people.items() if name not in unseen)
        assert difference >= SMALLEST or all(people[name] == 0 for name in people.keys() - unseen)
        nonzero = [name for name in unseen if people[name]]
        assert len(nonzero) >= 2


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share_and_stays_a_share(successes: int, more: int) -> None:
    trials = successes + more
    found = wilson(successes, trials)

    if trials == 0:
        assert found is None
        return
    assert found is not None
    low, high = found
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1


def test_wilsons_interval_as_published() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: 81 of 263.
    low, high = wilson(81, 263) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@given(st.dictionaries(st.integers(0, 100), st.integers(1, 5), min_size=1))
def test_quantiles_are_values_that_enough_others_do_not_exceed(counts: dict[int, int]) -> None:
    everything = sorted(value for value, count in counts.items() for _ in range(count))
    for share in (0.5, 0.9):
        found = quantile(counts, share)
        assert found in counts
        at_or_below = sum(value <= found for value in everything)
        below = sum(value < found for value in everything)
        assert at_or_below / len(everything) >= share - 1e-9
        assert below / len(everything) < share


SETS = st.sets(st.integers(0, 30))
DAYS = st.builds(
    lambda **sets: DayActivity(**{name: BitMap(people) for name, people in sets.items()}),
    **dict.fromkeys(DayActivity.__slots__, SETS),
)


@given(st.lists(DAYS, min_size=1, max_size=31), st.lists(DAYS, max_size=7))
def test_figures_about_people_are_shares_whatever_happened(
    days: list[DayActivity], days_before: list[DayActivity]
) -> None:
    now, before = population(*days), population(*days_before)

    assert now.active <= now.eligible
    assert now.creators | now.interactors | now.only_viewers == now.active
    assert not now.creators & now.interactors
    assert not (now.creators | now.interactors) & now.only_viewers
    for name in ("adoption", "participation"):
        value = measure(name, now, before=before).value
        assert value is None or 0 <= value <= 1
    value = measure("stickiness", now).value
    assert value is None or 1 / len(days) - 1e-12 <= value <= 1 + 1e-12
    flow = measure("participation", now, before=before).parts["activation_flow"]["value"]
    assert flow is None or 0 <= flow <= 1


# --- windows


def test_trailing_windows_are_complete_days() -> None:
    assert parse_window("7d", TODAY) == Window(date(2026, 11, 17), TODAY)
    assert parse_window("30d", TODAY).days == 30
    assert parse_window("7d", TODAY).previous == Window(date(2026, 11, 10), date(2026, 11, 17))


def test_a_given_window_may_reach_into_the_running_day() -> None:
    assert parse_window("2026-11-24/2026-11-25", TODAY) == Window(TODAY, date(2026, 11, 25))


@pytest.mark.parametrize(
    "text",
    ["", "8d", "2026-11-01", "2026-11-01/2026-11-01", "2026-11-08/2026-11-01",
     "2026-11-24/2026-11-26", "2024-11-01/2026-11-01", "2026-13-01/2026-13-02",
     "0001-01-01/0001-01-02", "٢٠٢٦-11-01/2026-11-08"],
)  # fmt: skip
def test_other_windows_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"window|month"):
        parse_window(text, TODAY)


def test_an_answer_states_everything_that_a_reader_needs() -> None:
    now = population(day(range(10), read={1, 2, 3}), known=10, activated=10)
    before = population(day(range(10), read={1}), known=10, activated=10)
    as_of = datetime(2026, 11, 24, 9, tzinfo=UTC)

    found = compute_kpi(
        CATALOGUE["adoption"],
        parse_window("7d", TODAY),
        now=facts_of(now),
        before=facts_of(before),
        as_of=as_of,
        provisional=False,
    )

    assert (found.name, found.window) == ("adoption", "2026-11-17/2026-11-24")
    assert (found.numerator, found.denominator, found.value) == (3, 10, 0.3)
    assert found.previous == 0.1
    assert found.definition_version == 1
    assert (found.as_of, found.provisional, found.complete_from) == (as_of, False, None)


def test_a_kpi_says_what_it_looks_at() -> None:
    everything: dict[str, Any] = {
        "people": population(),
        "attention": AttentionBreakdown(total=Attention()),
        "answers": Answers(),
        "contributions": Contributions.total([]),
        "demand": TopicDemand(BitMap(), [0, 0, 0, 0]),
    }
    for name, kpi in CATALOGUE.items():
        needed = {fact.name.lower() for fact in kpi.needs}
        kpi.measure(Facts(**{fact: everything[fact] for fact in needed}), None)
        for fact in needed:
            lacking = {other: everything[other] for other in needed - {fact}}
            with pytest.raises(LookupError, match=fact.upper()):
                kpi.measure(Facts(**lacking), None)
        assert kpi.definition.name == name
    orders = [kpi.definition.order for kpi in CATALOGUE.values()]
    assert orders == sorted(set(orders))


def test_the_page_of_definitions_tells_the_bounds_that_hold() -> None:
    page = " ".join(render_definitions().split())

    assert f"less than {AT_RISK.days} days ago" in page
    assert f"dormant from {DORMANT.days} days on" in page
    assert f"{DEFAULT_BOUNDS.per_person} topics of each author" in page
    assert f"{DEFAULT_BOUNDS.per_day:,} in all" in page


def test_the_page_of_definitions_names_every_kpi_with_its_formula() -> None:
    page = render_definitions()

    for name, kpi in CATALOGUE.items():
        assert f"## `{name}`" in page
        assert kpi.definition.formula in page
