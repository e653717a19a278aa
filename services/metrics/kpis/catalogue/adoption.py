"""How many take part of those who could."""

from services.metrics.kpis.definitions import Definition, Fact, Facts, Kpi, Words
from services.metrics.kpis.measures import Measure, ratio


def _adoption(now: Facts, _before: Facts | None) -> Measure:
    people = now.people
    activation = ratio(people.accounts.activated, people.accounts.known)
    return ratio(
        len(people.active),
        len(people.eligible),
        activation={
            "activated": activation.numerator,
            "invited_or_activated": activation.denominator,
            "value": activation.value,
            "suppressed": activation.suppressed,
        },
        programs=people.accounts.programs,
    )


KPI = Kpi(
    Definition(
        name="adoption",
        order=10,
        title=Words("Adoption", "Beteiligung"),
        version=1,
        question=Words(
            "How many of those who could take part do?",
            "Wie viele von denen, die mitmachen könnten, tun es?",
        ),
        formula="|A_w| / |E_w|; activation = accounts ever activated / accounts invited or"
        " activated",
        explanation="E_w: who was an active human on at least one day of the window, each day as it"
        " was then. A_w: those of them with at least one view, interaction or contribution while"
        " eligible; a sign-in alone is no activity. The activation is that of the window's end;"
        " accounts that were erased until then are out of both of its numbers. Accounts of programs"
        " are in neither; `programs` counts them.",
        numerator="active people",
        denominator="eligible people",
        filters=("group", "department"),
    ),
    _adoption,
    needs=frozenset({Fact.PEOPLE}),
)
