"""Whether those who come, come often."""

from services.metrics.kpis.definitions import Definition, Fact, Facts, Kpi, Words
from services.metrics.kpis.measures import Measure, ratio


def _stickiness(now: Facts, _before: Facts | None) -> Measure:
    daily = [len(day.active) for day in now.people.days]
    active = len(now.people.active)
    return ratio(
        sum(daily) / len(daily) if daily else 0,
        active,
        active_people=active,
        last_day=daily[-1] if daily else 0,
        days=len(daily),
    )


KPI = Kpi(
    Definition(
        name="stickiness",
        order=20,
        title=Words("Stickiness", "Bindung"),
        version=1,
        question=Words(
            "Do those who come, come often?",
            "Kommen die, die kommen, oft?",
        ),
        formula="(sum of DAU over the days of w / number of days) / |A_w|",
        explanation="DAU: active humans who did something on a day; days without activity count as"
        " 0. Over 30 days this is mean DAU / MAU, between 1/30 (everybody came once) and 1"
        " (everybody came every day).",
        numerator="mean daily active people",
        denominator="active people",
        filters=("group", "department"),
    ),
    _stickiness,
    needs=frozenset({Fact.PEOPLE}),
)
