"""Slack's workspace export, told in acts."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mitmach.importing import acts
from mitmach.importing.sources.options import SourceOptions
from mitmach.importing.sources.slack_markup import as_markdown
from tests.unit.mitmach.importing.exports import (
    MONDAY,
    archive,
    imported,
    kinds,
    member,
    message,
    of_kind,
    slack_channel,
    slack_export,
    told,
    ts,
    written,
)

HOUR = timedelta(hours=1)
DAY = "kitchen/2024-01-08.json"
USERS = [member("U1", "Ada"), member("U2", "Ben"), member("U3", "Cem")]
KITCHEN = slack_channel("C1", "kitchen", ["U1", "U2"])


def export(tmp_path: Path, *messages: Any, **others: Any) -> Path:
    users = others.pop("users", USERS)
    channels = others.pop("channels", [KITCHEN])
    return slack_export(
        tmp_path / "slack.zip", users=users, channels=channels, days={DAY: list(messages)}, **others
    )


def test_a_thread_becomes_a_post_with_comments(tmp_path: Path) -> None:
    root = message("U1", "Soup?", MONDAY, thread_ts=ts(MONDAY), reply_count=1)
    answer = message("U2", "Yes", MONDAY + HOUR, thread_ts=ts(MONDAY), parent_user_id="U1")
    sent, report = imported("slack", export(tmp_path, answer, root))
    happened = [item.act for item in sent]
    (published,) = of_kind(happened, "post")
    (comment,) = of_kind(happened, "comment")
    assert isinstance(published, acts.PostPublished)
    assert isinstance(comment, acts.CommentAdded)
    assert (published.by, published.text, published.at) == ("U1", "Soup?", MONDAY)
    assert (comment.by, comment.text, comment.post) == ("U2", "Yes", published.id)
    assert report.problems == {}
    assert {str(item.place) for item in sent} == {
        "users.json:1",
        "users.json:2",
        "users.json:3",
        "channels.json:1",
        f"{DAY}:1",
        f"{DAY}:2",
    }


def test_a_channel_begins_when_and_by_whom_slack_says(tmp_path: Path) -> None:
    happened, _ = told("slack", export(tmp_path, message("U2", "Hi", MONDAY)))
    (founded,) = of_kind(happened, "group")
    assert isinstance(founded, acts.GroupFounded)
    assert (founded.id, founded.by, founded.name) == ("C1", "U1", "kitchen")
    assert founded.at == MONDAY - timedelta(minutes=1)
    joined = [(act.person, act.at) for act in happened if isinstance(act, acts.MemberJoined)]
    assert joined == [("U2", MONDAY)]


def test_reactions_have_the_time_of_their_message(tmp_path: Path) -> None:
    reactions = [
        {"name": "+1::skin-tone-3", "users": ["U2", "U3"], "count": 2},
        {"name": "our_soup", "users": ["U2"], "count": 1},
        {"name": "thumbsdown", "users": ["U3"], "count": 1},
    ]
    sent, report = imported(
        "slack", export(tmp_path, message("U1", "Hi", MONDAY, reactions=reactions))
    )
    given = [item.act for item in sent if isinstance(item.act, acts.Reacted)]
    assert [(act.by, act.reaction, act.at) for act in given] == [
        ("U2", "like", MONDAY),
        ("U3", "like", MONDAY),
        ("U2", "like", MONDAY),
    ]
    assert report.problems["no-time"].count == 3
    assert report.problems["unknown-emoji"].subjects == {"our_soup": 1}
    assert report.problems["emoji-left-out"].subjects == {"thumbsdown": 1}


def test_joining_and_leaving_is_taken_from_what_slack_wrote(tmp_path: Path) -> None:
    file = export(
        tmp_path,
        message("U3", "<@U3> has joined", MONDAY, subtype="channel_join"),
        message("U3", "<@U3> has left", MONDAY + HOUR, subtype="channel_leave"),
        message("U1", "set the topic", MONDAY, subtype="channel_topic", topic="Soup"),
    )
    happened, problems = told("slack", file)
    moves = [
        (type(act).__name__, act.at)
        for act in happened
        if isinstance(act, acts.MemberJoined | acts.MemberLeft) and act.person == "U3"
    ]
    assert moves == [("MemberJoined", MONDAY), ("MemberLeft", MONDAY + HOUR)]
    assert [(item.kind, item.subject) for item in problems] == [("system-message", "channel_topic")]


def test_programs_are_programs(tmp_path: Path) -> None:
    robot = member("U9", "Robot", is_bot=True, profile={"bot_id": "B9"})
    said = [
        message("U9", "By its account", MONDAY, bot_id="B9"),
        message(None, "By its other id", MONDAY + HOUR, subtype="bot_message", bot_id="B9"),
        message(
            None, "Nobody knows", MONDAY + HOUR, subtype="bot_message", bot_id="B7", username="Lift"
        ),
        message(None, "An old one", MONDAY + HOUR, subtype="bot_message", username="RSS"),
    ]
    happened, problems = told("slack", export(tmp_path, *said, users=[*USERS, robot]))
    authors = [act.by for act in happened if isinstance(act, acts.PostPublished)]
    assert authors == ["U9", "U9", "B7", "program/RSS"]
    programs = {
        act.id: act.name
        for act in happened
        if isinstance(act, acts.PersonCame) and act.account == "service"
    }
    assert programs == {"U9": "Robot", "B7": "Lift", "program/RSS": "RSS"}
    assert problems == []


def test_closed_accounts_leave_when_they_changed_last(tmp_path: Path) -> None:
    gone = member("U4", "Dilan", deleted=True, updated=int((MONDAY + HOUR).timestamp()))
    file = export(tmp_path, message("U4", "Hi", MONDAY), users=[*USERS, gone])
    happened, _ = told("slack", file)
    left = [act for act in happened if isinstance(act, acts.PersonLeft)]
    assert [(act.person, act.at) for act in left] == [("U4", MONDAY + HOUR)]


def test_edited_marks_become_edits(tmp_path: Path) -> None:
    edited = {"user": "U1", "ts": ts(MONDAY + HOUR)}
    answer = message("U2", "Yes!", MONDAY, thread_ts=ts(MONDAY - HOUR), edited=edited)
    root = message("U1", "Soup!", MONDAY - HOUR, thread_ts=ts(MONDAY - HOUR), edited=edited)
    happened, _ = told("slack", export(tmp_path, root, answer))
    edits = [act for act in happened if isinstance(act, acts.Edited)]
    assert [(act.at, act.by, act.text, act.post is None) for act in edits] == [
        (MONDAY + HOUR, "U1", "Soup!", False),
        (MONDAY + HOUR, "U2", "Yes!", True),
    ]


def test_a_thread_goes_on_below_what_is_left_of_a_deleted_message(tmp_path: Path) -> None:
    bot = member("USLACKBOT", "Slackbot")
    deleted = message(
        "USLACKBOT", "This message was deleted.", MONDAY, subtype="tombstone", thread_ts=ts(MONDAY)
    )
    answer = message("U2", "Still true", MONDAY + HOUR, thread_ts=ts(MONDAY))
    sent, report = imported("slack", export(tmp_path, deleted, answer, users=[*USERS, bot]))
    assert report.refused == {}
    assert len(of_kind([item.act for item in sent], "comment")) == 1
    (program,) = [
        item.act
        for item in sent
        if isinstance(item.act, acts.PersonCame) and item.act.account == "service"
    ]
    assert program.id == "USLACKBOT"


def test_private_channels_are_closed_and_archived_ones_archived(tmp_path: Path) -> None:
    office = slack_channel("G1", "office", ["U1"], purpose={"value": "Who &amp; where"})
    old = slack_channel("C2", "old", ["U1"], is_archived=True)
    file = slack_export(
        tmp_path / "slack.zip",
        users=USERS,
        channels=[KITCHEN, old],
        days={
            "office/2024-01-08.json": [message("U1", "Psst", MONDAY)],
            "old/2024-01-08.json": [
                message("U1", "archived", MONDAY + HOUR, subtype="channel_archive")
            ],
        },
        others={"groups.json": [office]},
    )
    happened, _ = told("slack", file)
    groups = {act.name: act for act in happened if isinstance(act, acts.GroupFounded)}
    assert (groups["kitchen"].visibility, groups["office"].visibility) == ("open", "closed")
    assert groups["office"].purpose == "Who & where"
    archived = [act for act in happened if isinstance(act, acts.GroupArchived)]
    assert [(act.group, act.at) for act in archived] == [("C2", MONDAY + HOUR)]


def test_direct_messages_are_never_taken(tmp_path: Path) -> None:
    secret = json.dumps([message("U1", "Secret", MONDAY)]).encode()
    file = export(
        tmp_path,
        message("U1", "Hi", MONDAY),
        others={
            "dms.json": [{"id": "D1", "created": 1, "members": ["U1", "U2"]}],
            "mpims.json": [{"id": "G9", "name": "mpdm-ada--ben--cem-1", "members": []}],
            "D1/2024-01-08.json": json.loads(secret),
            "mpdm-ada--ben--cem-1/2024-01-08.json": json.loads(secret),
        },
    )
    sent, report = imported("slack", file)
    assert "Secret" not in repr(sent) + repr(report)
    assert report.problems["direct-message"].count == 2
    assert len(of_kind([item.act for item in sent], "post")) == 1


def test_files_lead_to_slack_without_the_keys_of_the_export(tmp_path: Path) -> None:
    shared = [
        {
            "name": "menu.pdf",
            "permalink": "https://example.slack.com/files/U1/F1/menu.pdf?t=xoxe-1",
            "url_private": "https://files.slack.com/F1/menu.pdf?t=xoxe-1",
        },
        {"name": "gone.pdf", "mode": "tombstone"},
    ]
    happened, problems = told("slack", export(tmp_path, message("U1", "", MONDAY, files=shared)))
    (published,) = of_kind(happened, "post")
    assert isinstance(published, acts.PostPublished)
    assert "xoxe" not in repr(published)
    assert [(media.url, media.alt) for media in published.media] == [
        ("https://example.slack.com/files/U1/F1/menu.pdf", "menu.pdf")
    ]
    assert published.format == "document"
    assert kinds(problems) == ["file-left-behind"]


def test_a_program_that_only_attaches_texts_says_them(tmp_path: Path) -> None:
    attached = [{"title": "Build", "title_link": "https://b.example.org", "text": "*green*"}, 7]
    said = message(None, "", MONDAY, subtype="bot_message", bot_id="B1", attachments=attached)
    happened, _ = told("slack", export(tmp_path, said))
    (published,) = of_kind(happened, "post")
    assert isinstance(published, acts.PostPublished)
    assert published.text == "[Build](https://b.example.org)\n\n**green**"


def test_people_are_recognised_by_their_address_if_somebody_wants_that(tmp_path: Path) -> None:
    file = export(tmp_path, message("U1", "Hi", MONDAY))
    happened, _ = told("slack", file, SourceOptions(identity="email"))
    (ada, *_) = of_kind(happened, "person")
    assert isinstance(ada, acts.PersonCame)
    assert (ada.id, ada.external_id) == ("U1", "U1@example.org")


def test_the_export_may_lie_in_a_folder(tmp_path: Path) -> None:
    members = {"users.json": USERS, "channels.json": [KITCHEN], DAY: [message("U1", "Hi", MONDAY)]}
    packed = {f"Our export/{name}": json.dumps(value).encode() for name, value in members.items()}
    happened, problems = told("slack", archive(tmp_path / "slack.zip", packed))
    assert len(of_kind(happened, "post")) == 1
    assert problems == []


def test_a_message_that_is_malformed_does_not_take_its_day_with_it(tmp_path: Path) -> None:
    good = message("U1", "Hi", MONDAY, reactions=[{"name": 7}])
    bad = [{"type": "message"}, None, {**good, "ts": "soon"}, {**good, "user": None, "ts": "1.0"}]
    happened, problems = told("slack", export(tmp_path, *bad, good))
    assert len(of_kind(happened, "post")) == 1
    assert [(item.kind, item.place.line) for item in problems] == [
        ("malformed-line", 1),
        ("malformed-line", 2),
        ("malformed-line", 3),
        ("unknown-person", 4),
        ("malformed-line", 5),
    ]


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({}, "missing-file"),
        ({"users.json": b"{"}, "malformed-line"),
        ({"users.json": b"[]", "nowhere/2024-01-08.json": b"[]"}, "unknown-channel"),
        ({"users.json": "[]".encode("utf-16")}, "wrong-encoding"),
    ],
)
def test_an_export_that_lacks_something_is_reported(
    tmp_path: Path, members: dict[str, bytes], kind: str
) -> None:
    happened, problems = told("slack", archive(tmp_path / "slack.zip", members))
    assert happened == []
    assert kinds(problems) == [kind]


def test_what_is_no_archive_is_reported(tmp_path: Path) -> None:
    _, problems = told("slack", written(tmp_path, b"[]"))
    assert kinds(problems) == ["broken-archive"]


def name_of(id: str) -> str | None:
    return {"U1": "Ada", "C1": "kitchen"}.get(id)


@pytest.mark.parametrize(
    ("slack", "markdown"),
    [
        ("plain", "plain"),
        ("*bold* and _italic_ and ~gone~", "**bold** and _italic_ and ~~gone~~"),
        ("2*3*4 and a * b * c", "2*3*4 and a * b * c"),
        ("*bold*, *two words*!", "**bold**, **two words**!"),
        ("`*code*` and ```\n*block* &lt;b&gt;\n```", "`*code*` and ```\n*block* <b>\n```"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> asks <@U2|ben> and <@U7>", "@Ada asks @ben and @somebody"),
        ("in <#C1> or <#C2|office>", "in #kitchen or #office"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@carers> <!subteam^S1>", "@carers @group"),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("<https://example.org/a_b*c?d=1&amp;e=2>", "https://example.org/a_b*c?d=1&e=2"),
        ("<https://example.org|our *page*>", "[our *page*](https://example.org)"),
        ("*<https://example.org|bold>*", "**[bold](https://example.org)**"),
        ("<mailto:ada@example.org|ada@example.org>", "ada@example.org"),
        ("`<https://example.org>`", "`https://example.org`"),
        ("<javascript:alert(1)|click>", "javascript:alert(1)|click"),
        ("a\x000\x00b", "a0b"),
        ("<>", "<>"),
        ("*", "*"),
    ],
)
def test_mark_up_becomes_markdown(slack: str, markdown: str) -> None:
    assert as_markdown(slack, name_of=name_of) == markdown
