"""From Kafka to every surface: what was told is counted once, and all surfaces show the same."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.metrics.config import MetricsSettings
from services.metrics.kpis import CATALOGUE
from services.metrics.store.documents import CONTESTS, FORGOTTEN, PEOPLE
from shared.contract.events import ballots, contests, groups, people, posts, responses
from shared.contract.ids import new_id
from shared.delivery.mongo import Mongo
from tests.integration.metrics.service import Teller, running_api, running_consumer
from tests.support.identity import person_id_of
from tests.support.metrics_reading import people_in
from tooling.sample_events import sample

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC)
YESTERDAY = NOW.replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
TWO_WEEKS_AGO = YESTERDAY - timedelta(days=14)
WEEK = "7d"


def person(name: str) -> str:
    return person_id_of(name)


class Office:
    """Twenty people, a group of Ada's, a video by her that was seen yesterday."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.people = [person(f"person {number}") for number in range(20)]
        self.ada, *self.others = self.people
        self.group_id, self.post_id, self.contest_id = new_id(), new_id(), new_id()

    def tell(self, kind: Any, who: str | None, at: datetime, **said: Any) -> None:
        values: dict[str, Any] = {"own": who == self.ada} if hasattr(kind, "own") else {}
        data = sample(kind, optional=False)
        fields = set(kind.__struct_fields__)
        about = {
            "group_id": self.group_id,
            "post_id": self.post_id,
            "contest_id": self.contest_id,
            "author": self.ada,
            "format": "video",
            "topics": ("running",),
            "published_at": YESTERDAY,
            "account": "human",
            "in_audience": True,
        }
        values = {name: value for name, value in about.items() if name in fields} | values | said
        self.teller.tell(_replaced(data, values), actor=who, at=at)

    def opens(self) -> None:
        for person in self.people:
            self.tell(people.PersonInvited, None, TWO_WEEKS_AGO, person=person)
            self.tell(
                people.PersonActivated, person, TWO_WEEKS_AGO + HOUR, person=person, invited=True
            )
        self.tell(groups.GroupCreated, self.ada, TWO_WEEKS_AGO + 2 * HOUR, visibility="secret")
        self.tell(
            groups.MembershipJoined,
            self.ada,
            TWO_WEEKS_AGO + 2 * HOUR,
            member=self.ada,
            role="owner",
            visibility="secret",
            counted=True,
        )

    def watches_a_video(self) -> None:
        """Ten of nineteen view, four of them react, one comments too."""
        self.tell(posts.PostPublished, self.ada, YESTERDAY, audience_size=19)
        for person in self.others[:10]:
            self.tell(posts.PostViewed, person, YESTERDAY + HOUR, first_view=True)
        for person in self.others[:4]:
            self.tell(
                responses.ReactionAdded,
                person,
                YESTERDAY + 2 * HOUR,
                first_view=False,
                first_interaction=True,
                was_interacting=False,
            )
        self.tell(
            responses.CommentAdded,
            self.others[0],
            YESTERDAY + 3 * HOUR,
            first_view=False,
            first_interaction=False,
            was_interacting=True,
            comment_author=self.others[0],
        )


def _replaced(data: Any, values: dict[str, Any]) -> Any:
    return type(data)(**{name: getattr(data, name) for name in data.__struct_fields__} | values)


@pytest.fixture
def office(teller: Teller) -> Office:
    return Office(teller)


async def test_a_history_without_its_beginning_is_counted_if_allowed_and_said_to_be_so(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.opens()
    office.teller.lose()
    office.tell(people.PersonActivated, office.ada, YESTERDAY, person=office.ada, invited=True)
    office.watches_a_video()
    await office.teller.send()
    allowing = settings.model_copy(update={"allow_incomplete": True})
    async with running_consumer(allowing, mongo), running_api(settings, mongo) as api:
        await api.has_counted(office.teller.types)
        kpis = (await api.good(f"/v1/kpis?window={WEEK}"))["items"]
    since = [datetime.fromisoformat(kpi["complete_from"]) for kpi in kpis]
    assert since == [YESTERDAY] * len(CATALOGUE)


async def test_what_was_told_is_counted_and_answered_on_every_surface(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.opens()
    office.watches_a_video()
    await office.teller.send()
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await api.has_counted(office.teller.types)

        kpis = {kpi["name"]: kpi for kpi in (await api.good(f"/v1/kpis?window={WEEK}"))["items"]}
        adoption = kpis["adoption"]
        assert (adoption["numerator"], adoption["denominator"]) == (11, 20)
        assert adoption["previous"] == 0
        assert adoption["parts"]["activation"]["value"] == 1
        assert (kpis["reach"]["numerator"], kpis["reach"]["denominator"]) == (10, 20)
        assert kpis["reach"]["parts"]["formats"]["video"]["value"] == pytest.approx(10 / 19)
        assert (kpis["engagement"]["numerator"], kpis["engagement"]["denominator"]) == (4, 10)
        participation = kpis["participation"]["parts"]
        assert [
            participation[name]["people"] for name in ("creators", "interactors", "viewers")
        ] == [1, 4, 6]
        assert kpis["stickiness"]["value"] == pytest.approx(11 / 7 / 11)
        assert kpis["responsiveness"]["value"] is None
        assert kpis["responsiveness"]["parts"]["posts_too_young"] == 1

        for name in ("adoption", "reach", "engagement", "participation", "stickiness"):
            await api.shows("mitmach_kpi_ratio", kpis[name]["value"], kpi=name, window=WEEK)
        await api.shows("mitmach_active_people", 11, window=WEEK)
        await api.shows("mitmach_eligible_people", 20)
        await api.shows("mitmach_views_total", 10, format="video")
        interactions = {"kind": "reaction", "format": "video", "surface": "post"}
        await api.shows("mitmach_interactions_total", 4, **interactions)
        await api.shows("mitmach_contributions_total", 1, kind="post", format="video")
        await api.shows("mitmach_groups", 1, state="alive")

        post = await api.good(f"/v1/stats/posts/{office.post_id}")
        assert (post["viewers"], post["interactors"], post["comments"]) == (10, 4, 1)
        assert post["reach"]["value"] == pytest.approx(10 / 19)
        assert post["engagement"]["value"] == 0.4
        assert post["seconds_to_first_response"] == 3 * 3600
        (video,) = (await api.good(f"/v1/stats/formats?window={WEEK}"))["items"]
        assert (video["format"], video["engagement"], video["lift"]) == ("video", 0.4, 1)
        (topic,) = (await api.good(f"/v1/stats/topics?window={WEEK}"))["items"]
        assert (topic["topic"], topic["interactors"]) == ("running", 4)
        (best,) = (await api.good(f"/v1/stats/posts?window={WEEK}&sort=engagement"))["items"]
        assert best == post
        group = await api.good(f"/v1/stats/groups/{office.group_id}?window={WEEK}")
        assert (group["members"], group["posts"], group["comments"]) == (1, 1, 1)
        assert group["engagement"]["value"] == 0.4


async def test_restarts_and_repeats_change_no_number(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.opens()
    await office.teller.send()
    async with running_api(settings, mongo) as api:
        async with running_consumer(settings, mongo):
            await api.has_counted(office.teller.types)
        office.watches_a_video()
        await office.teller.send()
        await office.teller.send(again=office.teller.sent)
        async with running_consumer(settings, mongo):
            await api.has_counted(office.teller.types)
            await asyncio.sleep(0.5)
            assert await api.counted() == office.teller.types
            adoption = await api.good(f"/v1/kpis/adoption?window={WEEK}")
    async with running_api(settings, mongo) as another:
        assert await another.counted() == office.teller.types
        after = await another.good(f"/v1/kpis/adoption?window={WEEK}")
        assert after["value"] == adoption["value"] == 11 / 20


async def test_two_consumers_share_the_work(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    async with (
        running_consumer(settings, mongo),
        running_consumer(settings, mongo),
        running_api(settings, mongo) as api,
        running_api(settings, mongo) as standby,
    ):
        office.opens()
        await office.teller.send()
        office.watches_a_video()
        await office.teller.send()
        await api.has_counted(office.teller.types)
        assert await standby.counted() == {}  # a plain sum over both is right
        adoption = await standby.good(f"/v1/kpis/adoption?window={WEEK}")
        assert adoption["numerator"] == 11


async def test_an_event_shows_within_a_second(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    async with running_consumer(settings, mongo) as telemetry, running_api(settings, mongo) as api:
        office.opens()
        await office.teller.send()
        await api.has_counted(office.teller.types)
        office.tell(posts.PostViewed, office.others[0], datetime.now(UTC), first_view=True)
        began = asyncio.get_running_loop().time()
        await office.teller.send()
        await api.has_counted(office.teller.types)
        assert asyncio.get_running_loop().time() - began < 1
        delays = telemetry.metrics.registry.get_sample_value(
            "mitmach_event_delay_seconds_count", {"consumer": "mitmach.metrics"}
        )
        assert delays


async def test_the_running_day_is_answered_provisionally(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.opens()
    office.watches_a_video()
    today = datetime.now(UTC).date()
    window = f"{YESTERDAY.date()}/{today + timedelta(days=1)}"
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await office.teller.send()
        await api.has_counted(office.teller.types)
        responsiveness = await api.good(f"/v1/kpis/responsiveness?window={window}")
        assert responsiveness["provisional"]
        assert responsiveness["value"] == 1
        assert responsiveness["parts"]["seconds_to_first_response"]["median"] == 3 * 3600
        other = await api.good(f"/v1/kpis/engagement?window={window}&format=audio")
        assert other["value"] is None
        series = await api.good("/v1/kpis/adoption/series?window=7d&points=3")
        assert [item["numerator"] for item in series["items"]] == [0, 0, 11]
        assert [item["denominator"] for item in series["items"]] == [20, 20, 20]


async def test_an_erased_person_is_forgotten_and_their_past_stays_counted(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.opens()
    office.watches_a_video()
    gone = office.others[0]
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await office.teller.send()
        await api.has_counted(office.teller.types)
        office.tell(people.PersonErased, None, NOW, person=gone, ever_activated=True)
        await office.teller.send()
        await api.has_counted(office.teller.types)
        office.tell(posts.PostViewed, gone, NOW, first_view=False)  # it was on its way
        await office.teller.send()
        await api.has_counted(office.teller.types)

        database = mongo.database(settings.database_name("metrics"))
        assert await database.find_one(PEOPLE, {"_id": gone}) is None
        assert await database.count(FORGOTTEN, {}) == 1
        adoption = await api.good(f"/v1/kpis/adoption?window={WEEK}")
        assert (adoption["numerator"], adoption["denominator"]) == (11, 20)
        today = datetime.now(UTC).date()
        now = await api.good(f"/v1/kpis/adoption?window={today}/{today + timedelta(days=1)}")
        activation = now["parts"]["activation"]
        assert (activation["activated"], activation["invited_or_activated"]) == (19, 19)
        assert len(await people_in(database, "erased")) == 1


async def test_a_contest_shows_turnout_and_no_tally_before_its_publication(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.opens()
    office.tell(contests.ContestAnnounced, office.ada, YESTERDAY, eligible_entrants=20,
                eligible_voters=20)  # fmt: skip
    for person in office.others[:6]:
        office.tell(
            contests.EntrySubmitted, person, YESTERDAY, was_entered=False, phase="submissions"
        )
    for person in office.others[:8]:
        office.tell(ballots.BallotCast, person, NOW, phase="voting")
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await office.teller.send()
        await api.has_counted(office.teller.types)
        before = await api.good(f"/v1/stats/contests/{office.contest_id}")
        assert before["entrants"]["value"] == 0.3
        assert before["ballots"]["value"] == 0.4
        assert before["results"] is None
        assert (await api.samples())["mitmach_ballots_total", ()] == 8

        office.tell(ballots.ResultsPublished, None, NOW, phase="published", ballots=8)
        await office.teller.send()
        await api.has_counted(office.teller.types)
        after = await api.good(f"/v1/stats/contests/{office.contest_id}")
        assert after["results"]["ballots"] == 8
        assert "entrant" not in after["results"]["ranking"][0]


async def test_who_came_after_the_announcement_is_one_more_who_could_enter_with_the_results(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    """Before these nobody tells it of an entrant; and no more than all have entered."""
    office.opens()
    office.tell(contests.ContestAnnounced, office.ada, YESTERDAY, eligible_entrants=5,
                eligible_voters=20)  # fmt: skip
    for person in office.others[:6]:
        office.tell(contests.EntrySubmitted, person, YESTERDAY, first_entry=True,
                    was_entered=False, joined_later=False, phase="submissions")  # fmt: skip
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await office.teller.send()
        await api.has_counted(office.teller.types)
        before = await api.good(f"/v1/stats/contests/{office.contest_id}")
        assert (before["entrants"]["numerator"], before["entrants"]["denominator"]) == (6, 6)
        office.tell(ballots.ResultsPublished, None, NOW, phase="published", eligible_entrants=8)
        await office.teller.send()
        await api.has_counted(office.teller.types)
        after = await api.good(f"/v1/stats/contests/{office.contest_id}")
        assert (after["entrants"]["numerator"], after["entrants"]["denominator"]) == (6, 8)


async def test_figures_of_a_contest_with_few_ballots_tell_neither_their_number_nor_the_votes(
    office: Office, settings: MetricsSettings, mongo: Mongo
) -> None:
    office.opens()
    office.tell(contests.ContestAnnounced, office.ada, YESTERDAY, eligible_entrants=20,
                eligible_voters=20)  # fmt: skip
    for person in office.others[:4]:
        office.tell(ballots.BallotCast, person, NOW, phase="voting")
    place = ballots.EntryResult(
        entry_id=new_id(),
        entrant=office.ada,
        rank=1,
        winner=True,
        votes=None,
        jury_points=None,
        result=None,
    )
    numbers = dict.fromkeys(("ballots", "votes", "void_votes"))
    office.tell(ballots.ResultsPublished, None, NOW, phase="published", few_ballots=True,
                ranking=(place,), **numbers)  # fmt: skip
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await office.teller.send()
        await api.has_counted(office.teller.types)
        figures = await api.good(f"/v1/stats/contests/{office.contest_id}")
        # With its group the contest goes, and its figures with it.
        office.tell(contests.ContestDeleted, None, NOW, phase="published")
        await office.teller.send()
        await api.has_counted(office.teller.types)
        gone = await api.refused(f"/v1/stats/contests/{office.contest_id}")
        assert gone == (404, "not-visible")
        database = mongo.database(f"{settings.database_prefix}metrics")
        stored = await database.find_one(CONTESTS, {"_id": office.contest_id})
        assert stored == {"_id": office.contest_id, "deleted": True}
    hidden = {"numerator": None, "denominator": None, "value": None, "suppressed": True}
    assert figures["ballots"] == hidden
    assert {name: figures["results"][name] for name in numbers} == numbers
    [shown] = figures["results"]["ranking"]
    assert (shown["rank"], shown["winner"], shown["votes"], shown["result"]) == (
        1,
        True,
        None,
        None,
    )
