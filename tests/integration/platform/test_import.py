"""`mitmach import` on a real platform: all of a file is there, once, at its own time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.importing import (
    by_type,
    events_of,
    history,
    import_of,
    verified,
    write_lines,
)
from tests.support.platform import Platform, Visitor, running_platform
from tests.unit.mitmach.importing.exports import (
    MONDAY,
    VERSION,
    channel,
    lines,
    member,
    message,
    post,
    reaction,
    reply,
    slack_channel,
    slack_export,
    team,
    ts,
    user,
    written,
)

WINDOW = "2024-01-08/2024-01-22"


def every_kind() -> list[dict[str, Any]]:
    """A history in which everything happens that can happen, each of it allowed."""
    begun = datetime(2024, 1, 8, 9, tzinfo=UTC)
    told: list[dict[str, Any]] = [
        {"kind": "person", "id": "ada", "name": "Ada", "email": "ada@example.org"},
        {"kind": "person", "id": "ben", "name": "Ben"},
        {"kind": "person", "id": "cem", "name": "Cem", "external_id": "subject-cem"},
        {"kind": "person", "id": "bot", "name": "Bot", "account": "service"},
        {"kind": "roles", "person": "ada", "roles": ["editor"]},
        {"kind": "group", "id": "g", "by": "ada", "name": "Soup", "visibility": "closed"},
        {"kind": "group", "id": "h", "by": "ben", "name": "Tea"},
        {"kind": "group", "id": "i", "by": "ben", "name": "Gone"},
        {"kind": "channel", "id": "c", "group": "g", "name": "Recipes"},
        {"kind": "channel", "id": "n", "group": "g", "name": "News", "type": "news"},
        {"kind": "channel", "id": "d", "group": "h", "name": "Leaves"},
        {"kind": "join", "group": "g", "person": "ben", "role": "moderator"},
        {"kind": "join", "group": "g", "person": "cem"},
        {"kind": "join", "group": "h", "person": "ada"},
        {"kind": "post", "id": "p", "channel": "c", "by": "ben", "text": "Who?", "title": "Q"},
        {"kind": "post", "id": "q", "channel": "d", "by": "ada", "text": "Tea.", "topics": ["t"]},
        {"kind": "post", "id": "r", "channel": "d", "by": "ben", "text": "No."},
        {"kind": "view", "post": "p", "by": "cem"},
        {"kind": "comment", "id": "k", "post": "p", "by": "cem", "text": "Me."},
        {"kind": "comment", "id": "l", "post": "p", "parent": "k", "by": "ben", "text": "Good."},
        {"kind": "comment", "id": "m", "post": "p", "by": "ada", "text": "Or not."},
        {"kind": "edit", "post": "p", "by": "ben", "text": "Who else?"},
        {"kind": "edit", "comment": "k", "by": "cem", "text": "I do."},
        {"kind": "reaction", "post": "p", "by": "ada", "reaction": "like"},
        {"kind": "reaction", "post": "p", "by": "ada", "reaction": "funny"},
        {"kind": "reaction", "post": "p", "by": "cem", "reaction": "thanks"},
        {"kind": "reaction", "comment": "k", "by": "ben", "reaction": "like"},
        {"kind": "unreact", "post": "p", "by": "cem"},
        {"kind": "share", "post": "q", "by": "ada", "to_group": "g"},
        {"kind": "share", "post": "q", "by": "ben"},
        {"kind": "delete", "comment": "m", "by": "ada"},
        {"kind": "delete", "post": "r"},
        {"kind": "delete", "group": "i", "by": "ben"},
        {"kind": "leave", "group": "g", "person": "cem"},
        {"kind": "archive", "group": "h", "by": "ben"},
        {"kind": "restore", "group": "h", "by": "ben"},
        {"kind": "suspend", "person": "cem"},
        {"kind": "reinstate", "person": "cem"},
        {"kind": "depart", "person": "cem"},
    ]
    return [
        {"at": (begun + timedelta(minutes=number)).isoformat(), **line}
        for number, line in enumerate(told)
    ]


EVENTS_OF_EVERY_KIND = {
    "person.invited": 4,
    "group.created": 3,
    "group.archived": 1,
    "group.restored": 1,
    "group.deleted": 1,
    "post.published": 3,
    "post.viewed": 1,
    "post.edited": 1,
    "post.shared": 2,
    "post.deleted": 1,
    "comment.added": 3,
    "comment.edited": 1,
    "comment.deleted": 1,
}


def untimed(events: Counter[str]) -> Counter[str]:
    return Counter({name.removeprefix("mitmach."): count for name, count in events.items()})


async def items_of(reader: Visitor, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await reader.good("GET", path))["items"]
    return items


async def posts_of(reader: Visitor, data: Path) -> list[dict[str, Any]]:
    """All posts that were imported, as the API shows them."""
    published = [one for one in await events_of(data) if one["type"] == "mitmach.post.published"]
    return [await reader.good("GET", f"/v1/posts/{one['data']['post_id']}") for one in published]


async def analyst_of(platform: Platform) -> Visitor:
    return await platform.visitor("looker", "admin", "analyst")


async def test_everything_that_can_happen_is_there_once_at_its_own_time(tmp_path: Path) -> None:
    told = every_kind()
    file = write_lines(tmp_path / "history.ndjson", told)
    async with running_platform(tmp_path / "data", history="true") as platform:
        data = platform.data
        ran = await import_of(data, "ndjson", file)
        assert ran.code == 0, ran.said
        assert ran.report["refused"] == [], ran.said
        assert (ran.report["taken"], ran.report["waiting"]) == (len(told), 0)
        await verified(data)
        events = await events_of(data)
        first = by_type(events)
        counted = untimed(first)
        assert {name: counted[name] for name in EVENTS_OF_EVERY_KIND} == EVENTS_OF_EVERY_KIND
        times = {event["time"][:10] for event in events if "recordedtime" in event}
        assert times == {"2024-01-08"}

        looker = await analyst_of(platform)
        names = {group["name"] for group in await items_of(looker, "/v1/groups")}
        assert {"Soup", "Tea"} <= names
        kpis = await looker.eventually("GET", f"/v1/kpis?window={WINDOW}")
        assert kpis["items"]

        # With a lost spool all is asked again, in other batches, and nothing happens again: but for
        # a group that was deleted, of which nothing is left that would tell.
        (gone,) = [
            one["data"]["group_id"] for one in events if one["type"] == "mitmach.group.deleted"
        ]
        for spool in (data / "imports").iterdir():
            spool.unlink()
        for limit in ("3", "9", "13", "17"):
            ran = await import_of(data, "ndjson", file, "--limit", limit)
            assert ran.code == 0, ran.said
        assert ran.report["waiting"] == 0
        again = [one for one in await events_of(data) if one["data"].get("group_id") != gone]
        assert by_type(again) == by_type(
            [one for one in events if one["data"].get("group_id") != gone]
        )
        first = by_type(await events_of(data))

        # A later export of the same platform brings what is new.
        later = "2024-01-09T09:00:00+00:00"
        told += [
            {"at": later, "kind": "post", "id": "s", "channel": "d", "by": "ada", "text": "New."},
            {"at": later, "kind": "reaction", "post": "s", "by": "ben", "reaction": "like"},
        ]
        file = write_lines(tmp_path / "later.ndjson", told)
        ran = await import_of(data, "ndjson", file)
        assert ran.code == 0, ran.said
        both = by_type(await events_of(data))
        assert untimed(both - first) == {"post.published": 1, "reaction.added": 1}
        await verified(data)


async def test_figures_of_the_past_are_those_of_what_was_imported(tmp_path: Path) -> None:
    told = list(history(people=12, posts=20))
    file = write_lines(tmp_path / "history.ndjson", told)
    async with running_platform(tmp_path / "data", history="true") as platform:
        ran = await import_of(platform.data, "ndjson", file)
        assert ran.code == 0, ran.said
        assert ran.report["refused"] == []
        counted = untimed(by_type(await events_of(platform.data)))
        kinds = Counter(line["kind"] for line in told)
        assert counted["post.published"] == kinds["post"] == 20
        assert counted["comment.added"] == kinds["comment"]
        assert counted["comment.deleted"] == kinds["delete"]
        assert counted["reaction.added"] == kinds["reaction"]
        assert counted["post.viewed"] == kinds["view"]
        assert counted["post.shared"] == kinds["share"]
        assert counted["membership.joined"] == kinds["join"] + kinds["group"], "founders too"
        await verified(platform.data)
        looker = await analyst_of(platform)
        for one in await posts_of(looker, platform.data):
            counts = one["counts"]
            assert (counts["comments"], counts["shares"]) in {(2, 1), (3, 1)}
            assert counts["reactions"]["like"] == 1
            assert one["published_at"].startswith("2024-01")
        kpis = await looker.eventually("GET", f"/v1/kpis?window={WINDOW}")
        named = {one["name"]: one for one in kpis["items"]}
        assert named["participation"]["value"], named["participation"]


async def test_the_exports_of_mattermost_and_slack_are_taken_as_a_whole(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    people = [user("ada", "kitchen!"), user("ben", "kitchen"), user("cem", "kitchen")]
    thread = post(
        "ben",
        "Soup?",
        MONDAY,
        reactions=[reaction("ada", "+1", MONDAY + hour)],
        replies=[reply("cem", "Yes!", MONDAY + hour)],
    )
    mattermost = written(tmp_path, lines(VERSION, team(), channel(), *people, thread))
    slack = slack_export(
        tmp_path / "slack.zip",
        users=[member("U1", "Dana"), member("U2", "Eli")],
        channels=[slack_channel("C1", "tea", ["U1", "U2"])],
        days={
            "tea/2024-01-08.json": [
                message(
                    "U1",
                    "*Tea*?",
                    MONDAY,
                    thread_ts=ts(MONDAY),
                    reactions=[{"name": "tada", "users": ["U2"], "count": 1}],
                ),
                message("U2", "Yes.", MONDAY + hour, thread_ts=ts(MONDAY)),
            ]
        },
    )
    async with running_platform(tmp_path / "data", history="true") as platform:
        for source, file in (("mattermost", mattermost), ("slack", slack)):
            before = by_type(await events_of(platform.data))
            ran = await import_of(platform.data, source, file)
            assert ran.code == 0, ran.said
            assert ran.report["refused"] == [], ran.said
            new = untimed(by_type(await events_of(platform.data)) - before)
            assert new["post.published"] == new["comment.added"] == new["reaction.added"] == 1
            assert new["group.created"] == 1
        await verified(platform.data)
        looker = await analyst_of(platform)
        texts = {one["text"] for one in await posts_of(looker, platform.data)}
        assert texts == {"Soup?", "**Tea**?"}


async def test_a_platform_that_takes_no_history_says_so_and_changes_nothing(
    tmp_path: Path,
) -> None:
    file = write_lines(tmp_path / "history.ndjson", every_kind())
    async with running_platform(tmp_path / "data") as platform:
        ran = await import_of(platform.data, "ndjson", file)
        assert ran.code == 1
        assert "It has to be on while something is imported." in ran.said
        assert "Traceback" not in ran.said
        assert by_type(await events_of(platform.data)) == Counter()
