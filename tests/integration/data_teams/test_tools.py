"""Every line of the page of data teams, with the tools that it names, on both brokers.

Apache Kafka is set as the compose file sets it, and the team signs in to its own listener with the
user that `mitmach init` made. Counts are compared with what was written.
"""

import json
import re
import shutil
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from mitmach.installation.rights import plans
from services.posts.store import COLLECTIONS
from shared.contract.events.posts import PostPublished
from shared.contract.events.responses import ReactionAdded
from shared.delivery.mongo import connect
from shared.runtime.assembly import prepare_database
from tests.integration.data_teams.history import FORMATS
from tests.integration.data_teams.page import FILES, TOOLS, Team, line_with
from tests.integration.data_teams.world import World
from tests.support.log_export import commit, sealed
from tooling.sample_events import A_MOMENT, sample

# What each line of the page is called here; that none is left out is a test as well.
TRIED = {
    "link": line_with("ln -sf"),
    "version": line_with("kcat -V"),
    "topics": line_with("kcat", "-L"),
    "posts": line_with("head -n 3", "jq .data"),
    "group": line_with("-G data-marketing."),
    "old kcat": line_with("broker.version.fallback"),
    "program": line_with("python reactions.py"),
    "leaders": line_with("python leaders.py"),
    "jars": line_with("mvn"),
    "java": line_with("Reactions.java"),
    "dump": line_with("> posts.ndjson"),
    "formats": line_with("python formats.py"),
    "sink": line_with("ConnectStandalone"),
    "export": line_with("mitmach log export"),
}

needs_tools = pytest.mark.skipif(
    not (TOOLS / "python").exists(),
    reason="requirements/tools.txt isn't installed; `make test` does it",
)
# kcat with the library of the tools, which is new enough to sign in.
needs_kcat = pytest.mark.skipif(
    not (shutil.which("kcat") and shutil.which("jq") and (TOOLS / "python").exists()),
    reason="kcat, jq or requirements/tools.txt isn't installed (Debian: kcat, jq)",
)
needs_java = pytest.mark.skipif(
    not (shutil.which("java") and shutil.which("mvn")), reason="Java or Maven isn't installed"
)

pytestmark = [pytest.mark.faults_long, pytest.mark.timeout(600)]


def linked(world: World) -> Team:
    """The team whose kcat takes the new library."""
    world.team.run(TRIED["link"])
    world.team.new_library = True
    return world.team


@needs_kcat
def test_kcat_shows_topics_events_and_a_group(world: World) -> None:
    version = linked(world).run(TRIED["version"])
    number = re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", version)
    assert number
    assert tuple(map(int, number.groups())) >= (2, 6, 1)
    listed = world.team.run(TRIED["topics"])
    topics = {line.split('"')[1] for line in listed.splitlines() if '  topic "' in line}
    if world.servers is not None:
        assert topics == {plan.name for plan in plans() if plan.data_teams}
    assert "mitmach.posts.v1" in topics

    posts = world.team.run(TRIED["posts"])
    assert posts.count('"audience_size"') == 3
    in_a_group = world.team.run(TRIED["group"]).splitlines()
    assert [json.loads(line)["specversion"] for line in in_a_group] == ["1.0"] * 5


@needs_kcat
def test_kcat_of_debian_reads_the_demo_when_it_is_told_not_to_ask(world: World) -> None:
    if world.servers is not None:
        pytest.skip("what an old kcat needs on the demo isn't for Apache Kafka")
    world.team.new_library = False
    said = world.team.run(TRIED["old kcat"])
    assert said.splitlines() == ['"mitmach.post.published"'] * 3


def counted(database: Path) -> tuple[dict[str, int], int]:
    """What the program has stored so far: reactions by post, and how many records it read."""
    with closing(sqlite3.connect(database, timeout=60)) as store:
        try:
            reactions = dict(store.execute("select post, number from reactions"))
            (read,) = store.execute("select coalesce(sum(next), 0) from offsets").fetchone()
        except sqlite3.OperationalError:  # it hasn't made its tables yet
            return {}, 0
    return {post: number for post, number in reactions.items() if number}, read


@needs_tools
def test_the_program_counts_each_event_once_though_it_is_killed(world: World) -> None:
    team = world.team
    database = team.folder / "reactions.db"
    program = TRIED["program"]
    for _ in range(4):
        _, before = counted(database)
        world.more(4000)
        with team.running(program) as process:
            # In the midst: more was read than before, and not yet all.
            team.wait_until(lambda before=before: counted(database)[1] > before, process)  # type: ignore[misc]
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert counted(database)[0] != truth(world)
    with team.running(program) as process:
        team.wait_until(lambda: counted(database)[0] == truth(world), process)
        world.more(500)
        team.wait_until(lambda: counted(database)[0] == truth(world), process)
    with closing(sqlite3.connect(database)) as store:
        marks = store.execute("select since, mark, awaited from marks").fetchall()
    assert max(mark for _, mark, _ in marks) == world.history.events
    assert {since for since, _, _ in marks} == {0}
    best = world.history.reactions.most_common()
    best.sort(key=lambda one: (-one[1], one[0]))
    assert team.run(TRIED["leaders"]).splitlines() == [
        f"{post} {number}" for post, number in best[:10]
    ]


def truth(world: World) -> dict[str, int]:
    """The reactions that stand, by post."""
    return dict(+world.history.reactions)


@needs_java
def test_java_counts_the_same(world: World) -> None:
    world.team.run(TRIED["jars"])
    said = world.team.run(TRIED["java"])
    assert said.splitlines()[-1] == f"{sum(truth(world).values())} reactions"


def shown(world: World, line: str = TRIED["formats"]) -> list[list[str]]:
    """The rows of DuckDB's table, as texts."""
    table = world.team.run(line).splitlines()
    rows = [line.strip("│").split("│") for line in table if line.startswith("│")]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() in FORMATS]


@needs_kcat
@needs_tools
def test_duckdb_answers_over_what_kcat_reads(world: World) -> None:
    linked(world).run(TRIED["dump"])
    lines = (world.team.folder / "posts.ndjson").read_text().splitlines()
    assert len(lines) > world.history.events  # with repeats
    assert shown(world) == formats(world)


def formats(world: World) -> list[list[str]]:
    """What DuckDB should show."""
    reactions: Counter[str] = Counter()
    for post, number in world.history.reactions.items():
        reactions[world.history.format_of[post]] += number
    rows = world.history.formats.most_common()
    rows.sort(key=lambda one: (-one[1], one[0]))
    people = world.history.people
    return [[one, str(number), str(reactions[one]), str(len(people[one]))] for one, number in rows]


@needs_tools
def test_duckdb_answers_over_an_export(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    if world.servers is None or world.runner is None:
        pytest.skip("an export is made of the database, whatever the broker is")
    passwords = world.servers.passwords
    world.runner.run(_fill_log((passwords / "mongodb_posts_url").read_text()))
    url = (passwords / "mongodb_auditor_url").read_text()
    monkeypatch.setenv("MITMACH_MONGODB_URL", url)
    expected = [["photo", "2", "1", "1"], ["text", "1", "0", "0"]]
    world.team.run(TRIED["export"])
    assert shown(world) == expected

    world.team.run(TRIED["export"].replace("ndjson", "parquet"))
    program = re.sub(r"read_json\((?s:.*?)\}\)", "'posts.parquet'", FILES["formats.py"])
    assert program != FILES["formats.py"]
    (world.team.folder / "over_parquet.py").write_text(program)
    assert shown(world, TRIED["formats"].replace("formats", "over_parquet")) == expected


async def _fill_log(url: str) -> None:
    """A day of the posts service, as its log has it."""
    events = [
        *(sample(PostPublished, format=one) for one in ("photo", "text", "photo")),
        sample(ReactionAdded, format="photo"),
    ]
    async with connect(url) as mongo:
        database = mongo.database("mitmach_posts")
        await prepare_database(database, COLLECTIONS)
        for number, data in enumerate(events, start=1):
            await commit(database, A_MOMENT, sealed(data, A_MOMENT), numbered=number)


@needs_java
def test_a_sink_copies_the_topic(world: World) -> None:
    world.team.run(TRIED["jars"])
    copy = world.team.folder / "copied.ndjson"

    def copied() -> bool:
        if not copy.exists():
            return False
        lines = copy.read_text().rpartition("\n")[0].splitlines()
        return len({json.loads(line)["sequence"] for line in lines}) == world.history.events

    with world.team.running(TRIED["sink"]) as process:
        world.team.wait_until(copied, process)
