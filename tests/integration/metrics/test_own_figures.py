"""Authors read the figures of their posts, organisers those of their contests, and nobody more."""

import asyncio
from typing import Any

import pytest

from services.metrics.config import MetricsSettings
from services.metrics.store.documents import CONTESTS, JOURNAL
from services.metrics.store.journal_entry import JournalEntry
from shared.contract.events import ballots, contests, groups, people, posts
from shared.delivery.mongo import Mongo
from tests.integration.metrics.service import MetricsApi, Teller, running_api, running_consumer
from tests.integration.metrics.test_counting import NOW, TWO_WEEKS_AGO, YESTERDAY, Office, person

PEOPLE = ("ada", "bob", "mia", "otto")


@pytest.fixture
def office(teller: Teller) -> Office:
    """Ada owns the secret group, mia moderates it; bob, a member, has published in it."""
    office = Office(teller)
    office.people[:4] = [person(name) for name in PEOPLE]
    office.ada, *office.others = office.people
    office.opens()
    for name, role in (("mia", "moderator"), ("bob", "member")):
        office.tell(groups.MembershipJoined, person(name), TWO_WEEKS_AGO, member=person(name),
                    role=role, visibility="secret")  # fmt: skip
    return office


def publishes(office: Office, viewers: int) -> None:
    bob = person("bob")
    about: dict[str, Any] = {"author": bob}
    office.tell(posts.PostPublished, bob, YESTERDAY, audience_size=19, **about)
    for viewer in office.people[-viewers:]:
        office.tell(posts.PostViewed, viewer, YESTERDAY, first_view=True, own=False, **about)


async def counted(api: MetricsApi, office: Office) -> None:
    await office.teller.send()
    await api.has_counted(office.teller.types)


async def test_an_author_reads_the_figures_of_their_post_wherever_it_is(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    publishes(office, viewers=6)
    path = f"/v1/stats/posts/{office.post_id}"
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await counted(api, office)

        post = await api.good(path, who="bob", roles=())

        assert (post["viewers"], post["suppressed"]) == (6, False)
        assert post["reach"]["value"] == pytest.approx(6 / 19)
        assert await api.good(path, who="ada", roles=()) == post
        assert await api.refused(path, who="mia", roles=()) == (403, "not-allowed")
        assert await api.refused(path, who="otto", roles=()) == (404, "not-visible")

        edited = {"author": person("bob"), "topics": ("walking",)}
        office.tell(posts.PostEdited, person("bob"), NOW, **edited)
        await counted(api, office)
        assert (await api.good(path, who="bob", roles=()))["topics"] == ["walking"]


async def test_fewer_than_five_viewers_are_told_to_nobody(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    publishes(office, viewers=4)
    path = f"/v1/stats/posts/{office.post_id}"
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await counted(api, office)
        for who, roles in (("bob", ()), ("ada", ()), ("ann", ("analyst",))):
            post = await api.good(path, who=who, roles=roles)
            assert post["suppressed"]
            assert post["reach"] == post["engagement"]
            assert post["reach"]["suppressed"]
            hidden = ("views", "viewers", "interactors", "spill")
            assert [post[name] for name in hidden] == [None] * 4


async def test_an_author_who_was_erased_is_at_no_post(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    publishes(office, viewers=6)
    office.tell(contests.ContestAnnounced, person("bob"), YESTERDAY, organiser=person("bob"))
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await counted(api, office)
        office.tell(people.PersonErased, None, NOW, person=person("bob"), ever_activated=True)
        await counted(api, office)
        # On its way when bob was erased.
        office.tell(posts.PostEdited, person("bob"), NOW, author=person("bob"))
        await counted(api, office)

        for path in (f"posts/{office.post_id}", f"contests/{office.contest_id}"):
            status, _ = await api.refused(f"/v1/stats/{path}", who="bob", roles=())
            assert status in {403, 404}
        database = mongo.database(settings.database_name("metrics"))
        stored: list[Any] = [*await database.find(CONTESTS, {})]
        stored += [JournalEntry.read(entry) for entry in await database.find(JOURNAL, {})]
        assert person("bob") not in str(stored)


async def test_whoever_is_suspended_leads_nothing(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    group = f"/v1/stats/groups/{office.group_id}"
    contest = f"/v1/stats/contests/{office.contest_id}"
    office.tell(contests.ContestAnnounced, person("bob"), YESTERDAY, organiser=person("bob"))
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await counted(api, office)
        await api.good(group, who="ada", roles=())
        await api.good(contest, who="ada", roles=())
        office.tell(people.PersonSuspended, None, NOW, person=person("ada"))
        await counted(api, office)
        await api.stands("ada", "suspended")
        async with asyncio.timeout(20):
            while (await api.call(group, who="ada", roles=())).is_success:
                await asyncio.sleep(0.05)

        assert await api.refused(group, who="ada", roles=()) == (404, "not-visible")
        assert await api.refused(contest, who="ada", roles=()) == (403, "not-allowed")

        office.tell(people.PersonReinstated, None, NOW, person=person("ada"), status="active")
        await counted(api, office)
        await api.stands("ada", "active")
        async with asyncio.timeout(20):
            while not (await api.call(group, who="ada", roles=())).is_success:
                await asyncio.sleep(0.05)


async def test_organisers_read_how_many_take_part_and_no_tally_before_the_publication(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.tell(contests.ContestAnnounced, person("bob"), YESTERDAY, organiser=person("bob"),
                eligible_entrants=20, eligible_voters=20)  # fmt: skip
    for voter in office.others[4:10]:
        office.tell(ballots.BallotCast, voter, NOW, phase="voting")
    for viewer in office.others[4:6]:
        office.tell(contests.EntryViewed, viewer, NOW, phase="voting", first_view=True)
    path = f"/v1/stats/contests/{office.contest_id}"
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await counted(api, office)
        for organiser in ("bob", "ada", "mia"):
            figures = await api.good(path, who=organiser, roles=())
            assert figures["ballots"]["value"] == 0.3
            assert figures["entry_views"] is None
            assert figures["results"] is None
        # Whether it is there or not, others hear the same.
        for address in (path, f"{path[:-4]}0000"):
            assert await api.refused(address, who="otto", roles=()) == (403, "not-allowed")

        office.tell(groups.MembershipRoleChanged, office.ada, NOW, member=person("mia"),
                    role="member", previous="moderator", visibility="secret")  # fmt: skip
        await counted(api, office)
        assert await api.refused(path, who="mia", roles=()) == (403, "not-allowed")
