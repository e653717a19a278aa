"""Whether who says something gets an answer."""

from services.metrics.kpis.definitions import Definition, Fact, Facts, Kpi, Words
from services.metrics.kpis.measures import Measure, quantile


def _responsiveness(facts: Facts, _before: Facts | None) -> Measure:
    now = facts.answers
    coverage = now.answered / now.posts if now.posts else None
    # Posts stand in the denominator, not people: a small number of posts hides nobody's share of
    # anything.
    return Measure(
        numerator=now.answered,
        denominator=now.posts,
        value=coverage,
        parts={
            "unanswered": None if coverage is None else 1 - coverage,
            "appreciation": now.appreciated / now.posts if now.posts else None,
            "appreciated": now.appreciated,
            "posts_too_young": now.too_young,
            "seconds_to_first_response": {
                "median": quantile(now.waits, 0.5),
                "p90": quantile(now.waits, 0.9),
            },
        },
    )


KPI = Kpi(
    Definition(
        name="responsiveness",
        order=60,
        title=Words("Responsiveness", "Resonanz"),
        version=3,
        question=Words(
            "Does who says something get an answer?",
            "Bekommt eine Antwort, wer etwas sagt?",
        ),
        formula="coverage = posts with a comment by another person within 7 days / posts at least"
        " 7 days old; unanswered = 1 - coverage; appreciation = the same with comment or reaction",
        explanation="Of the posts that active humans published in w, answered by other active"
        " humans; appreciated is also what has a reaction to the post itself. A comment that was"
        " deleted or hidden within the seven days is no answer, and the next one that stands is the"
        " first response; one that is gone later was an answer all the same, and so was a reaction."
        " Time to first response: median and 90th percentile (nearest rank) of the answered, in"
        " whole seconds to the first comment that still stands; without one of the first seven days"
        " a post has no time. A provisional answer judges younger posts too, as far as they have"
        " come. Deleted and hidden posts are out. Posts of a group that was archived since stay in:"
        " they could be answered while they were judged. (What waits now,"
        " `mitmach_posts_unanswered`, is in groups in use.)",
        numerator="posts answered by another person",
        denominator="posts",
        filters=("group", "format", "topic"),
    ),
    _responsiveness,
    needs=frozenset({Fact.ANSWERS}),
)
