"""What an earlier version has stored is brought to today's shape when a process starts."""

from datetime import UTC, datetime, timedelta

from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.windows import Window, parse_window
from services.metrics.store.columns.layout import key_of
from services.metrics.store.documents import (
    COLLECTIONS,
    CONTESTS,
    DAY_COLUMNS,
    GROUPS,
    PARTICIPATION,
    POSTS,
    TOTALS,
)
from services.metrics.store.generations import clear_generation
from services.metrics.store.migrations import MIGRATIONS
from services.metrics.store.read.communities import find_contest, find_group
from services.metrics.store.read.kpi_calculator import KpiCalculator
from shared.contract.ids import new_id
from shared.delivery.migrations import VERSIONS
from shared.delivery.mongo import Database
from shared.runtime.assembly import prepare_database
from tests.support.metrics import NOON
from tests.support.metrics_reading import find_post, published_posts

DAY = Window(NOON.date(), NOON.date() + timedelta(days=1))
ANN, BEA = (f"{name:z<26}" for name in ("ann", "bea"))


async def test_records_of_an_earlier_version_are_read_after_the_start(database: Database) -> None:
    post, quiet, program, group, contest = (new_id() for _ in range(5))
    facts = {
        "group_id": group,
        "format": "video",
        "kind": "news",
        "topics": ["running"],
        "published_at": NOON,
    }
    await database.insert(
        POSTS,
        [
            {"_id": post, **facts, "status": "hidden", "first_response_at": NOON, "viewers": 7},
            {"_id": quiet, **facts},
            {"_id": program, **facts, "audience_size": 3},
        ],
    )
    # What an earlier version has had of each day: which posts of human beings were on it.
    keys = key_of(post) + key_of(quiet)
    await database.insert(
        DAY_COLUMNS,
        [{"_id": "mitmach.posts.v1/0|2026-11-20", "partition": "mitmach.posts.v1/0", "flush": 7,
          "day": str(NOON.date()), "facts": {"keys": keys}, "counts": {}}],
    )  # fmt: skip
    await database.insert(TOTALS, [{"_id": "mitmach.posts.v1/0", "flush": 7}])
    await database.insert(
        GROUPS,
        [
            {
                "_id": f"{group}|mitmach.groups.v1/0",
                "group_id": group,
                "kind": "community",
                "visibility": "closed",
                "status": "archived",
                "created_at": NOON,
                "owners": [ANN],
                "moderators": [BEA],
                "members": 5,
            },
            {"_id": f"{group}|mitmach.posts.v1/0", "group_id": group, "posts": 2},
        ],
    )
    await database.insert(
        CONTESTS,
        [
            {
                "_id": contest,
                "kind": "photo",
                "group_id": group,
                "phase": "voting",
                "eligible_voters": 4,
            }
        ],
    )
    for _ in range(2):  # the second finds nothing to do
        await prepare_database(database, COLLECTIONS, MIGRATIONS)
    shown, untold = await find_post(database, post), await find_post(database, quiet)
    assert shown is not None
    assert untold is not None
    assert (shown.status, shown.viewers, shown.first_response_at) == ("hidden", 7, NOON)
    assert not await database.count(POSTS, {})
    of_program = await find_post(database, program)
    assert of_program is not None
    assert of_program.audience == 3
    (selection,) = await published_posts(database).of(DAY)
    assert selection.attention(NOON).total.posts == 1, "nothing of programs, nothing hidden"
    assert (untold.status, untold.topics, untold.first_response_at) == (
        "published",
        ("running",),
        None,
    )
    figures = await find_group(database, group)
    assert figures is not None
    assert (figures.status, figures.visibility, figures.kind) == ("archived", "closed", "community")
    assert (figures.owners, figures.moderators) == (frozenset({ANN}), frozenset({BEA}))
    assert (figures.members, figures.posts) == (5, 2)
    stored = await find_contest(database, contest)
    assert stored is not None
    assert (stored["phase"], stored["kind"], stored["group_id"]) == ("voting", "photo", group)
    assert stored["eligible_voters"] == 4


async def test_nothing_of_an_earlier_version_comes_into_figures_that_are_built_anew(
    database: Database,
) -> None:
    facts = {"said": "", "group_id": new_id(), "format": "video", "kind": "news", "topics": []}
    old = {"_id": new_id(), "facts": {**facts, "published_at": NOON}, "viewers": 7}
    await database.insert(POSTS, [old])
    await clear_generation(database, 2)
    await prepare_database(database, COLLECTIONS, MIGRATIONS)
    assert await database.count(DAY_COLUMNS, {}) == 0
    assert await database.count(POSTS, {}) == 0


async def begins(database: Database, filters: Filters) -> dict[str, datetime | None]:
    """Since when each KPI that has these filters is complete."""
    given = {name for name, value in filters._asdict().items() if value is not None}
    names = [name for name, kpi in CATALOGUE.items() if given <= {*kpi.definition.filters}]
    span = parse_window("7d", NOON.date())
    answers = await KpiCalculator(database).compute(names, span, now=NOON, filters=filters)
    return {answer.name: answer.complete_from for answer in answers}


async def test_an_answer_says_since_when_it_is_kept_who_took_part_where(database: Database) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    await prepare_database(database, COLLECTIONS, MIGRATIONS)
    assert set((await begins(database, Filters(group=new_id()))).values()) == {None}

    await database.delete(VERSIONS, {"_id": PARTICIPATION})
    await database.insert(TOTALS, [{"_id": "mitmach.posts.v1/0", "flush": 0}])
    for _ in range(2):  # the second finds nothing to do
        await prepare_database(database, COLLECTIONS, MIGRATIONS)
    of_group = await begins(database, Filters(group=new_id()))
    since = of_group["participation"]
    assert since is not None
    assert before <= since <= datetime.now(UTC)
    assert (of_group["concentration"], of_group["engagement"]) == (since, None)
    assert set((await begins(database, Filters(department="it"))).values()) == {since}
    everywhere = await begins(database, Filters())
    late = {name for name, moment in everywhere.items() if moment is not None}
    assert late == {"concentration", "topic_demand"}

    await clear_generation(database, 2)
    assert set((await begins(database, Filters(department="it"))).values()) == {None}
