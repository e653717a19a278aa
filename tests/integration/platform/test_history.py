"""What has happened before, recorded on the whole platform at its own time."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition

from mitmach.addresses import read_addresses
from shared.contract.events.topics import CONTESTS, GROUPS, PEOPLE, POSTS, TOPICS
from shared.contract.ids import made_at, milliseconds, new_id
from shared.contract.moments import utc_now
from shared.contract.principal import new_person_id
from shared.delivery.kafka import KafkaConnection, open_reader
from tests.support.platform import HEARD_WITHIN, Platform, Visitor, running_platform

pytestmark = pytest.mark.timeout(300)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JANUARY = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
ADMIN = ("admin",)
# Figures about fewer than five people are shown to nobody.
VIEWERS = ("eva", "fay", "gus", "hal", "ida", "jim")


@dataclass
class Import:
    """Records what has happened before, as its importer.

    Attributes:
        importer: Who records.
        platform: Where.
        people: Ids by name.
    """

    importer: Visitor
    platform: Platform
    people: dict[str, str] = field(default_factory=dict)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        at: datetime,
        by: str = "",
        roles: Sequence[str] = (),
    ) -> tuple[int, Any]:
        """How an act is answered that somebody did at a moment."""
        headers = {
            "authorization": f"Bearer {self.importer.token}",
            "occurred-at": at.isoformat(),
            "act-as-roles": ",".join(roles),
        }
        if by:
            headers["act-as"] = self.people[by]
        content: Mapping[str, Any] = {} if body is None else {"json": body}
        answer = await self.platform.http.request(method, path, headers=headers, **content)
        return answer.status_code, answer.json() if answer.content else None

    async def good(self, method: str, path: str, body: Any = None, **act: Any) -> Any:
        """The answer to an act, once the services have heard of what it needs."""
        async with asyncio.timeout(HEARD_WITHIN):
            while (told := await self.ask(method, path, body, **act))[0] >= 400:
                assert told[0] in {403, 404, 409}, told
                await asyncio.sleep(0.1)
        return told[1]

    async def batch(self, service: str, *acts: Mapping[str, Any], key: str = "") -> list[Any]:
        """What became of acts that were sent together."""
        headers = {
            "authorization": f"Bearer {self.importer.token}",
            "idempotency-key": key or new_id(),
        }
        answer = await self.platform.http.post(
            f"/v1/history/{service}", json={"acts": acts}, headers=headers
        )
        assert answer.is_success, answer.text
        return list(answer.json()["items"])

    async def recorded(self, service: str, *acts: Mapping[str, Any]) -> None:
        """Acts that are fine."""
        told = await self.batch(service, *acts)
        assert [item["problem"] for item in told] == [None] * len(acts), told

    def act(
        self,
        act: str,
        at: datetime,
        by: str = "",
        *,
        roles: Sequence[str] = (),
        body: Any = None,
        **ids: str,
    ) -> dict[str, Any]:
        """An act of a list."""
        told = {"act": act, "occurred_at": at.isoformat(), "roles": list(roles), **ids}
        if by:
            told["act_as"] = self.people[by]
        return told | ({} if body is None else {"body": body})

    async def arrive(self, at: datetime, *names: str) -> None:
        """People who were invited, and came at once."""
        invited, came = [], []
        for name in names:
            self.people[name] = new_person_id()
            body = {"external_id": f"the-{name}", "name": name.title()}
            invited.append(
                self.act("create_person", at, roles=ADMIN, id=self.people[name], body=body)
            )
            came.append(self.act("visit", at + MINUTE, name))
        await self.recorded("groups", *invited, *came)

    async def group(self, at: datetime, founder: str, name: str) -> tuple[str, str]:
        """A group and its first channel."""
        group_id, channel_id = carrying(at), carrying(at)
        body = {"kind": "community", "visibility": "open", "name": name}
        act = self.act("create_group", at, founder, id=group_id, target=channel_id, body=body)
        await self.recorded("groups", act)
        return group_id, channel_id

    async def join(self, at: datetime, group_id: str, *names: str) -> None:
        """People who joined one minute after the other."""
        acts = [
            self.act("join_group", at + n * MINUTE, name, target=group_id)
            for n, name in enumerate(names)
        ]
        await self.recorded("groups", *acts)

    async def post(self, at: datetime, by: str, channel_id: str, text: str = "Who joins?") -> Any:
        """A post, once its service has heard of the channel and the author."""
        body = {"channel_id": channel_id, "text": text}
        return await self.good("POST", "/v1/posts", body, at=at, by=by)


def carrying(moment: datetime) -> str:
    """An id that carries the moment."""
    return new_id(unix_ms=milliseconds(moment))


@asynccontextmanager
async def importing(data: Path) -> AsyncIterator[Import]:
    """A platform on which history may be recorded, and who records it."""
    async with running_platform(data, history="true") as platform:
        yield Import(await platform.visitor("clerk", "importer"), platform)


async def told(platform: Platform, *topics: str) -> list[tuple[ConsumerRecord, dict[str, Any]]]:
    """All records of topics with their events."""
    kafka = KafkaConnection(bootstrap=read_addresses(platform.data).kafka)
    places = [
        TopicPartition(topic, number)
        for topic in topics
        for number in range(TOPICS[topic].partitions)
    ]
    found: list[ConsumerRecord] = []
    async with open_reader(kafka) as reader, asyncio.timeout(HEARD_WITHIN):
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        quiet = 0
        while quiet < 3 or not found:
            batches = (await reader.getmany(timeout_ms=300)).values()
            quiet = 0 if batches else quiet + 1
            found += [record for batch in batches for record in batch]
    return [(record, json.loads(record.value)) for record in found]


def of_type(
    records: Sequence[tuple[ConsumerRecord, dict[str, Any]]], name: str
) -> list[dict[str, Any]]:
    """The events of a type."""
    return [event for _, event in records if event["type"] == f"mitmach.{name}"]


async def sample(platform: Platform, name: str) -> dict[str, float]:
    """Values of a metric by its labels."""
    text = (await platform.http.get("/metrics")).text
    found = re.findall(rf"^{name}(\{{.*\}})? ([0-9.e+-]+)$", text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


async def until(platform: Platform, name: str, wanted: float) -> None:
    """Waits until the values of a metric come to so much."""
    async with asyncio.timeout(HEARD_WITHIN):
        while sum((await sample(platform, name)).values()) < wanted:
            await asyncio.sleep(0.2)


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_what_happened_in_january_is_of_january_everywhere(  # noqa: PLR0915 - one story
    tmp_path: Path,
) -> None:
    began = utc_now()
    async with importing(tmp_path) as history:
        platform = history.platform
        live = await platform.visitor("live", "analyst")
        await until(platform, "mitmach_events_total", 4)
        at = JANUARY
        await history.arrive(at, "ada", "bea", "cem", "dee", *VIEWERS)
        group_id, channel_id = await history.group(at + HOUR, "ada", "Tea")
        await history.join(at + 2 * HOUR, group_id, "bea", "cem", *VIEWERS)

        # By headers, one after the other
        post = await history.post(at + 3 * HOUR, "bea", channel_id)
        path = f"/v1/posts/{post['id']}"
        assert moment_of(post["published_at"]) == at + 3 * HOUR
        assert made_at(post["id"]) == milliseconds(at + 3 * HOUR)
        await history.good("PUT", f"{path}/view", at=at + 4 * HOUR, by="cem")
        await history.good("PUT", f"{path}/reaction", {"kind": "like"}, at=at + 5 * HOUR, by="cem")
        comment = await history.good(
            "POST", f"{path}/comments", {"text": "I do."}, at=at + 6 * HOUR, by="ada"
        )
        assert moment_of(comment["added_at"]) == at + 6 * HOUR
        edited = await history.good(
            "PATCH", path, {"text": "Who comes?"}, at=at + 7 * HOUR, by="bea"
        )
        assert moment_of(edited["edited_at"]) == at + 7 * HOUR

        # Many at once
        second, answer, gone = (carrying(at + (8 + n) * HOUR) for n in range(3))
        body = {"channel_id": channel_id, "text": "And on Tuesday?"}
        acts = (
            history.act("publish_post", at + 8 * HOUR, "ada", id=second, body=body),
            history.act(
                "add_comment", at + 9 * HOUR, "bea", id=answer, target=second, body={"text": "No."}
            ),
            history.act("publish_post", at + 10 * HOUR, "cem", id=gone, body=body),
            history.act("delete_post", at + 11 * HOUR, "cem", target=gone),
        )
        told_once = await history.batch("posts", *acts, key="once")
        assert [item["problem"] for item in told_once] == [None] * 4
        assert await history.batch("posts", *acts, key="once") == told_once
        again = await history.batch("posts", *acts, key="another")
        assert [(item["problem"] or "").rpartition(":")[2] for item in again] == [
            "recorded-before",
            "recorded-before",
            "recorded-before",
            "",
        ]
        suspend = history.act(
            "suspend_person", at + DAY, "ada", roles=ADMIN, target=history.people["cem"]
        )
        await history.recorded("groups", suspend)

        # What the API shows
        feed = await live.reads(
            f"/v1/posts?channel_id={channel_id}", lambda page: len(page["items"]) == 2
        )
        assert [item["id"] for item in feed["items"]] == [second, post["id"]]
        await live.reads(path, lambda post: post["counts"]["comments"] == 1)

        # An act of now on what is of then
        now = utc_now()
        reaction = await live.eventually("PUT", f"{path}/reaction", {"kind": "thanks"})
        assert reaction is not None
        stale = await history.ask("PUT", f"{path}/view", at=at + 5 * HOUR, by="ada")
        assert (stale[0], stale[1]["type"].rpartition(":")[2]) == (409, "recorded-too-late")

        # Figures of that day
        views = [history.act("view_post", at + 12 * HOUR, who, target=second) for who in VIEWERS]
        await history.recorded("posts", *views)
        window = f"window={date(2026, 1, 5)}/{date(2026, 1, 6)}"
        active = await live.reads(f"/v1/kpis/adoption?{window}", lambda kpi: kpi["numerator"] == 9)
        assert active["denominator"] == 10, "who is here since today couldn't take part"
        reach = await live.reads(f"/v1/kpis/reach?{window}", lambda kpi: kpi["numerator"] == 9)
        posts = reach["parts"]["posts"]
        assert (posts["posts"], posts["audience"], posts["reached"]) == (2, 16, 9)
        assert reach["provisional"] is False

        # What an operator watches isn't moved by what was long ago
        [age] = (await sample(platform, "mitmach_last_event_age_seconds")).values()
        assert age < 300
        delays = await sample(platform, "mitmach_event_delay_seconds_bucket")
        for labels, count in delays.items():
            rest = labels.replace('le="60.0"', 'le="+Inf"')
            assert delays[rest] == count or rest == labels, "a recorded act isn't late"

        # The stream
        async with asyncio.timeout(HEARD_WITHIN):  # a worker follows the suspension
            while not of_type(
                records := await told(platform, PEOPLE, GROUPS, POSTS), "membership.suspended"
            ):
                await asyncio.sleep(0.5)
        imported = [event for _, event in records if "recordedtime" in event]
        assert len(imported) >= 20
        await until(platform, "mitmach_imported_events_total", len(imported))
        counted = sum((await sample(platform, "mitmach_imported_events_total")).values())
        assert counted == len(imported)
        for record, event in records:
            recorded = moment_of(event.get("recordedtime", event["time"]))
            assert began <= recorded <= utc_now()
            assert abs(record.timestamp - milliseconds(recorded)) <= 1
            if "recordedtime" in event:
                assert at <= moment_of(event["time"]) <= at + 2 * DAY
                recorded_at = milliseconds(moment_of(event["recordedtime"]))
                assert abs(made_at(event["id"]) - recorded_at) < 60_000, "it tells no other time"
            else:
                assert moment_of(event["time"]) >= began
        [suspended] = of_type(records, "membership.suspended")
        assert moment_of(suspended["time"]) == at + DAY
        assert "recordedtime" in suspended
        live_acts = of_type(records, "reaction.added")
        assert sorted("recordedtime" in event for event in live_acts) == [False, True]
        assert max(moment_of(event["time"]) for event in live_acts) >= now


async def test_joined_in_january_isnt_in_the_audience_of_december(tmp_path: Path) -> None:
    december = datetime(2025, 12, 10, 9, tzinfo=UTC)
    async with importing(tmp_path) as history:
        await history.arrive(december, "ada", "bea")
        group_id, channel_id = await history.group(december + HOUR, "ada", "Tea")
        before = await history.post(december + DAY, "ada", channel_id)
        await history.join(JANUARY, group_id, "bea")
        reader = await history.platform.visitor("reader", "admin")
        after = await history.post(JANUARY + HOUR, "bea", channel_id)
        sizes = {
            event["data"]["post_id"]: event["data"]["audience_size"]
            for _, event in await told(history.platform, POSTS)
            if event["type"] == "mitmach.post.published"
        }
        assert sizes == {before["id"]: 0, after["id"]: 1}  # the author isn't of the audience

        # The other way round it would be
        late = await history.ask(
            "POST",
            "/v1/posts",
            {"channel_id": channel_id, "text": "Snow!"},
            at=december + 2 * DAY,
            by="ada",
        )
        assert (late[0], late[1]["type"].rpartition(":")[2]) == (409, "recorded-too-late")
        joined = await history.batch(
            "groups",
            history.act("join_group", december, "bea", target=group_id),
            history.act("visit", december, "bea"),
            history.act("leave_group", JANUARY - DAY, "bea", target=group_id),
        )
        assert [(item["problem"] or "").rpartition(":")[2] for item in joined] == [
            "recorded-too-late",
            "",  # they were here on that day: it is known
            "recorded-too-late",
        ]
        assert reader.id


async def test_a_contest_of_before_goes_to_its_result_and_no_further_than_it_is_told(
    tmp_path: Path,
) -> None:
    async with importing(tmp_path) as history:
        at = JANUARY
        await history.arrive(at, "ada", "bea", "cem", "dee")
        group_id, _ = await history.group(at + HOUR, "ada", "Light")
        await history.join(at + 2 * HOUR, group_id, "bea", "cem", "dee")
        reader = await history.platform.visitor("reader", "admin")
        names = ("submissions_at", "review_at", "voting_at", "closes_at", "publish_at")
        schedule = {name: at + n * DAY for n, name in enumerate(names, 1)}
        body = {
            "title": "Light",
            "kind": "text",
            "group_id": group_id,
            "rules": {"entrants": group_id, "voters": group_id},
            "schedule": {name: moment.isoformat() for name, moment in schedule.items()},
        }
        made = await history.good("POST", "/v1/contests", body, at=at + 3 * HOUR, by="ada")
        path = f"/v1/contests/{made['id']}"
        assert made_at(made["id"]) == milliseconds(at + 3 * HOUR)

        early = await history.ask("POST", f"{path}:announce", at=at + HOUR, by="ada")
        assert (early[0], early[1]["type"].rpartition(":")[2]) == (409, "recorded-too-late")
        await history.good("POST", f"{path}:announce", at=at + 4 * HOUR, by="ada")

        async def advance(to: str, at: datetime) -> Any:
            return await history.good("POST", f"{path}:advance", {"to": to}, at=at, by="ada")

        async def phase() -> str:
            return str((await reader.good("GET", path))["phase"])

        # All its times are over, and the clock leaves it where it was recorded to be
        await asyncio.sleep(1.5)
        assert await phase() == "announced"
        await advance("submissions", schedule["submissions_at"])
        entries = []
        for n, who in enumerate(("bea", "cem")):
            entry = await history.good(
                "POST",
                f"{path}/entries",
                {"title": f"By {who}", "text": "Fog.", "consent": True},
                at=schedule["submissions_at"] + (n + 1) * HOUR,
                by=who,
            )
            entries.append(entry["id"])
            await history.good(
                "POST",
                f"/v1/entries/{entry['id']}:accept",
                at=schedule["submissions_at"] + (n + 3) * HOUR,
                by="ada",
            )
        await advance("review", schedule["review_at"])
        await advance("voting", schedule["voting_at"])
        for n, who in enumerate(("ada", "bea", "dee")):
            await history.good(
                "PUT",
                f"{path}/ballot",
                {"entry_ids": [entries[1]]},
                at=schedule["voting_at"] + (n + 1) * HOUR,
                by=who,
            )
        late = await history.ask(
            "PUT", f"{path}/ballot", {"entry_ids": entries[:1]}, at=schedule["closes_at"], by="cem"
        )
        assert (late[0], late[1]["type"].rpartition(":")[2]) == (409, "voting-not-open")
        await asyncio.sleep(1.5)
        assert await phase() == "voting"

        # Its vote ends as it was to end, and is counted
        await advance("sealed", schedule["closes_at"])
        await reader.reads(path, lambda contest: contest["phase"] == "judged")
        await advance("published", schedule["publish_at"])
        results = await reader.good("GET", f"{path}/results")
        assert "3" in json.dumps(results)
        wanted = [
            ("submissions", schedule["submissions_at"]),
            ("review", schedule["review_at"]),
            ("voting", schedule["voting_at"]),
            ("sealed", schedule["closes_at"]),
            ("judged", schedule["closes_at"] + timedelta(seconds=5)),
            ("published", schedule["publish_at"]),
        ]
        async with asyncio.timeout(HEARD_WITHIN):
            while len(entered := await phases(history.platform)) < len(wanted):
                await asyncio.sleep(0.2)
        assert entered == wanted


async def phases(platform: Platform) -> list[tuple[str, datetime]]:
    """The phases that contests have entered, by when they have."""
    told_of = of_type(await told(platform, CONTESTS), "contest.phase_changed")
    entered = [(event["data"]["phase"], moment_of(event["time"])) for event in told_of]
    return sorted(entered, key=lambda change: change[1])
