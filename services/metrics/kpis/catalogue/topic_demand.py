"""Whether topics are in demand, and more than before."""

from services.metrics.kpis.definitions import Definition, Fact, Facts, Kpi, Words
from services.metrics.kpis.measures import Measure, is_few, ratio


def _topic_demand(now: Facts, _before: Facts | None) -> Measure:
    demand = now.demand
    eligible = len(now.people.eligible)
    momentum = None if is_few(eligible) else demand.momentum
    return ratio(len(demand.interactors), eligible, momentum=momentum)


KPI = Kpi(
    Definition(
        name="topic_demand",
        order=80,
        title=Words("Demand for topics", "Nachfrage nach Themen"),
        version=1,
        question=Words(
            "How many take up a topic, and do they become more?",
            "Wie viele greifen ein Thema auf, und werden es mehr?",
        ),
        formula="x_w / |E_w|, x = |interacted with a post on the topic|; momentum = (x_w + 1) /"
        " (mean of x in the 4 windows before + 1)",
        explanation="x: active humans who commented on a post, reacted to it, shared it or voted in"
        " its poll, under the topics that it had then. Without a topic in the question: a post on"
        " any topic. A momentum above 1 grows; before a community began, nobody took it up.",
        numerator="people who interacted with a post on the topic",
        denominator="eligible people",
        filters=("topic", "department"),
    ),
    _topic_demand,
    needs=frozenset({Fact.PEOPLE, Fact.DEMAND}),
)
