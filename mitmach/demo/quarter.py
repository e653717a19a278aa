"""The quarter of an organisation: from a seed to all that happens, day by day, in order of time.

It is made up without asking anybody: the same seed, days and present day give the same quarter.
People join over the time and a few go; groups are founded, one rises, two fall dormant, a pilot has
its ups and downs, and a contest lifts the group that it is about.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from mitmach.demo.contest_plan import ContestPlan
from mitmach.demo.happenings import Happening
from mitmach.demo.posting import PlannedPost, planned_posts, publish
from mitmach.demo.structure import begin_day
from mitmach.demo.visiting import PlannedVisit, end_day, planned_visits, visit
from mitmach.demo.world import World

DAYS = 90
MOST_DAYS = 365


def quarter(seed: int, days: int, now: datetime) -> Iterator[list[Happening]]:
    """What happens: a list for each complete day (UTC), and one for today until now.

    Args:
        seed: Decides who the organisation is, and all that happens.
        days: How many complete days there are.
        now: The present, with a time zone.
    """
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    world = World(seed, midnight - timedelta(days=days), days)
    contest = ContestPlan(world)
    for day in range(days + 1):
        world.happened = []
        begin_day(world, day)
        steps = list(contest.steps_on(day))
        _fill_day(world, day)
        end_day(world, day)
        happened = [*world.happened, *steps]
        # Sorting is stable: what follows from something at the same moment stays behind it.
        happened.sort(key=lambda happening: happening.at)
        yield [happening for happening in happened if happening.at < now]


def _fill_day(world: World, day: int) -> None:
    """Posts and visits in the order of their hours: who comes reads what is there by then."""
    planned: list[PlannedPost | PlannedVisit] = [
        *planned_posts(world, day),
        *planned_visits(world, day),
    ]
    planned.sort(key=lambda plan: plan.hours)
    for plan in planned:
        if isinstance(plan, PlannedPost):
            publish(world, day, plan)
        else:
            visit(world, day, plan)
