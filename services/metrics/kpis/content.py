"""KPIs about posts: whom they reach, what they move people to, whether they are answered."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from services.metrics.kpis.definitions import Definition, Kpi
from services.metrics.kpis.measures import Measure, quantile, ratio, suppressed_cells, wilson
from services.metrics.kpis.people import Population


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """What a set of posts got within seven days of their publication, their authors left out.

    Attributes:
        posts: How many posts there are.
        unfinished: How many of them are younger than seven days: they are counted so far.
        viewers: Distinct people who viewed a post, summed over the posts.
        interactors: Distinct people who interacted with a post and didn't take all of it back,
            summed over the posts.
        audience: People who belonged to a post's audience when it was published, summed over the
            posts.
        reached: Viewers who belonged to the audience of the post, summed over the posts.
    """

    posts: int = 0
    unfinished: int = 0
    viewers: int = 0
    interactors: int = 0
    audience: int = 0
    reached: int = 0

    @property
    def spill(self) -> int:
        """Viewers from outside of the audience."""
        return self.viewers - self.reached


class AttentionBreakdown(msgspec.Struct, frozen=True, kw_only=True):
    """What the posts of a window got, in all and broken down.

    Attributes:
        total: What all posts of the window got.
        formats: What those of each format got; a post has one format.
        topics: What those on each topic got; a post has any number of topics.
    """

    total: Attention
    formats: Mapping[str, Attention] = msgspec.field(default_factory=dict)
    topics: Mapping[str, Attention] = msgspec.field(default_factory=dict)


class ReachFacts(NamedTuple):
    """The facts that `reach` looks at.

    Attributes:
        people: Who could take part in the window, and who did.
        posts: What the posts of the window got.
    """

    people: Population
    posts: AttentionBreakdown


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """How the posts of a window were answered within seven days.

    Attributes:
        posts: How many posts are judged: those that are at least seven days old, in a provisional
            answer all of them.
        too_young: How many posts aren't judged yet.
        answered: How many of the judged have a comment by another person.
        appreciated: How many of the judged have a comment or a reaction by another person.
        waits: Whole seconds from publication to the first comment by another person, and how many
            of the answered posts waited so long.
    """

    posts: int = 0
    too_young: int = 0
    answered: int = 0
    appreciated: int = 0
    waits: Mapping[int, int] = msgspec.field(default_factory=dict)


def engagement_of(viewers: int, interactors: int) -> Measure:
    """Interactors per viewer, of one post or of many."""
    return ratio(interactors, viewers)


def reach_of(audience: int, reached: int) -> Measure:
    """The share of an audience that was reached, of one post or of many."""
    return ratio(reached, audience)


def _engagement_cells(
    cells: Mapping[str, Attention], overall: float | None, *, disjoint: bool
) -> dict[str, Any]:
    suppressed = suppressed_cells(
        {name: cell.viewers for name, cell in cells.items()}, disjoint=disjoint
    )
    shown: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in suppressed:
            shown[name] = {"posts": cell.posts, "value": None, "suppressed": True}
            continue
        rate = engagement_of(cell.viewers, cell.interactors).value
        shown[name] = {
            "posts": cell.posts,
            "viewers": cell.viewers,
            "interactors": cell.interactors,
            "value": rate,
            "lift": rate / overall if rate is not None and overall else None,
            "interval": wilson(cell.interactors, cell.viewers),
            "suppressed": False,
        }
    return shown


def _engagement(now: AttentionBreakdown, _before: AttentionBreakdown | None) -> Measure:
    total = now.total
    overall = engagement_of(total.viewers, total.interactors)
    parts: dict[str, Any] = {"posts": total.posts, "posts_still_counted": total.unfinished}
    if not overall.suppressed:
        parts["interval"] = wilson(total.interactors, total.viewers)
    parts["formats"] = _engagement_cells(now.formats, overall.value, disjoint=True)
    parts["topics"] = _engagement_cells(now.topics, overall.value, disjoint=False)
    return ratio(total.interactors, total.viewers, **parts)


ENGAGEMENT = Kpi(
    Definition(
        name="engagement",
        version=2,
        question="Which formats and topics move people to do something?",
        formula="IR = sum of interactors / sum of viewers over the posts published in w; lift = IR"
        " of a format / IR of all",
        explanation="Distinct active humans per post of an active human, its author left out, each"
        " post counted for seven days from its publication; younger posts count so far."
        " Interactions: comment, reaction, share, poll vote, as they stood at the end of the seven"
        " days: one that was taken back, deleted or hidden before doesn't count, one that was taken"
        " back later does. Deleted and hidden posts are out. With the number of posts and a Wilson"
        " interval of 95 %.",
        numerator="interactors",
        denominator="viewers",
        filters=("group", "format", "topic"),
    ),
    _engagement,
)


def _unreached(cells: Mapping[str, Attention]) -> frozenset[str]:
    """Whose reach stays hidden: small audiences, and what would tell a small number of viewers.

    Reached people and spill add up to the viewers, so where engagement hides these, so must reach.
    """
    by_audience = suppressed_cells(
        {name: cell.audience for name, cell in cells.items()}, disjoint=True
    )
    return by_audience | suppressed_cells(
        {name: cell.viewers for name, cell in cells.items()}, disjoint=True
    )


def _reach_cells(cells: Mapping[str, Attention]) -> dict[str, Any]:
    suppressed = _unreached(cells)
    return {
        name: {"posts": cell.posts, "value": None, "suppressed": True}
        if name in suppressed
        else {
            "posts": cell.posts,
            "audience": cell.audience,
            "reached": cell.reached,
            "spill": cell.spill,
            "value": reach_of(cell.audience, cell.reached).value,
            "suppressed": False,
        }
        for name, cell in cells.items()
    }


def _reach(now: ReachFacts, _before: ReachFacts | None) -> Measure:
    people, total = now.people, now.posts.total
    posts = _reach_cells({"all": total})["all"]
    return ratio(
        len(people.readers),
        len(people.eligible),
        posts=posts | {"posts_still_counted": total.unfinished},
        formats=_reach_cells(now.posts.formats),
    )


REACH = Kpi(
    Definition(
        name="reach",
        version=2,
        question="Whom do posts reach, and which format reaches most?",
        formula="|viewed at least one post| / |E_w|; of posts: sum of viewers within the audience"
        " / sum of audiences",
        explanation="A post's audience is the active humans who could see it when it was"
        " published, without its author; posts of programs are out, and deleted and hidden ones."
        " Viewers within seven days count, without the author; those who belonged to the audience"
        " when they first saw it were reached, the others are its spill. Pooled by format too;"
        " hidden where fewer than five could see its posts, or did.",
        numerator="people who viewed at least one post",
        denominator="eligible people",
    ),
    _reach,
)


def _responsiveness(now: Answers, _before: Answers | None) -> Measure:
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


RESPONSIVENESS = Kpi(
    Definition(
        name="responsiveness",
        version=3,
        question="Does who says something get an answer?",
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
)
