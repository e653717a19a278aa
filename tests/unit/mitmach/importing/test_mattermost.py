"""Mattermost's bulk export, told in acts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mitmach.importing import acts
from mitmach.importing.sources.options import SourceOptions
from tests.unit.mitmach.importing.exports import (
    MONDAY,
    NOW,
    VERSION,
    archive,
    bot,
    channel,
    imported,
    kinds,
    lines,
    ms,
    of_kind,
    post,
    reaction,
    reply,
    team,
    told,
    user,
    written,
)

HOUR = timedelta(hours=1)
EXPORTED = datetime(2024, 2, 1, tzinfo=UTC)


def export(tmp_path: Path, *more: Any) -> Path:
    """A team with a channel and three people; Ada administrates the channel."""
    people = [user("ada", "kitchen!"), user("ben", "kitchen"), user("cem", "kitchen")]
    return written(tmp_path, lines(VERSION, team(), channel(), *people, *more))


def test_a_thread_becomes_a_post_with_comments_and_reactions(tmp_path: Path) -> None:
    thread = post(
        "ben",
        "Soup?",
        MONDAY,
        reactions=[reaction("ada", "+1", MONDAY + HOUR)],
        replies=[
            reply(
                "cem", "Yes!", MONDAY + HOUR, reactions=[reaction("ben", "tada", MONDAY + 2 * HOUR)]
            )
        ],
    )
    sent, report = imported("mattermost", export(tmp_path, thread))
    happened = [item.act for item in sent]
    (published,) = of_kind(happened, "post")
    assert isinstance(published, acts.PostPublished)
    assert (published.by, published.text, published.channel) == ("ben", "Soup?", "care/kitchen")
    assert published.at == MONDAY
    (comment,) = of_kind(happened, "comment")
    assert isinstance(comment, acts.CommentAdded)
    assert (comment.by, comment.text, comment.post, comment.parent) == (
        "cem",
        "Yes!",
        published.id,
        None,
    )
    first, second = of_kind(happened, "reaction")
    assert isinstance(first, acts.Reacted)
    assert isinstance(second, acts.Reacted)
    assert (first.by, first.reaction, first.post) == ("ada", "like", published.id)
    assert (second.by, second.reaction, second.comment) == ("ben", "celebrate", comment.id)
    assert report.problems == {}
    assert {item.place.line for item in sent if item.act.at == MONDAY + 2 * HOUR} == {7}


def test_people_groups_and_members_begin_with_their_first_acts(tmp_path: Path) -> None:
    file = export(
        tmp_path,
        post("cem", "Later", MONDAY + 2 * HOUR),
        post("ben", "First", MONDAY, reactions=[reaction("ada", "+1", MONDAY + HOUR)]),
    )
    sent, _ = imported("mattermost", file)
    happened = [
        (item.act.at, type(item.act).__name__, getattr(item.act, "by", None))
        for item in sent
        if not isinstance(item.act, acts.PersonCame)
    ]
    assert happened == [
        (MONDAY, "GroupFounded", "ada"),
        (MONDAY, "ChannelCreated", "ada"),
        (MONDAY, "MemberJoined", None),
        (MONDAY, "PostPublished", "ben"),
        (MONDAY + HOUR, "Reacted", "ada"),
        (MONDAY + 2 * HOUR, "MemberJoined", None),
        (MONDAY + 2 * HOUR, "PostPublished", "cem"),
    ]
    came = {act.id: act.at for _, _, act in sent if isinstance(act, acts.PersonCame)}
    assert came == {"ada": MONDAY, "ben": MONDAY, "cem": MONDAY + 2 * HOUR}


def test_whoever_acts_first_founds_a_group_that_nobody_administrates(tmp_path: Path) -> None:
    people = [user("ben", "kitchen"), user("ada", "kitchen")]
    said = [post("ada", "Second", MONDAY + HOUR), post("ben", "First", MONDAY)]
    file = written(tmp_path, lines(VERSION, team(), channel(), *people, *said))
    (founded,) = of_kind(told("mattermost", file)[0], "group")
    assert isinstance(founded, acts.GroupFounded)
    assert (founded.by, founded.at) == ("ben", MONDAY)


def test_the_first_act_counts_wherever_it_stands_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = [post("ben", f"{n}", MONDAY + n * HOUR) for n in (3, 1, 2, 4, 1)]
    file = export(tmp_path, *hours, post("cem", "0", MONDAY))
    at_once, _ = told("mattermost", file)
    joined = {act.person: act.at for act in at_once if isinstance(act, acts.MemberJoined)}
    assert joined == {"ben": MONDAY + HOUR, "cem": MONDAY}
    # The same when each of them goes to the temporary database.
    monkeypatch.setattr("mitmach.importing.sources.memberships.MOST_IN_MEMORY", 1)
    assert told("mattermost", file)[0] == at_once


def test_people_found_groups_before_programs_and_before_those_who_have_left(tmp_path: Path) -> None:
    people = [
        bot("helper"),
        user("gone", "kitchen!", delete_at=ms(MONDAY - HOUR)),
        user("ben", "kitchen"),
    ]
    said = [post("helper", "Beep", MONDAY), post("ben", "Hi", MONDAY + HOUR)]
    file = written(tmp_path, lines(VERSION, team(), channel(), *people, *said))
    sent, report = imported("mattermost", file)
    (founded,) = of_kind([item.act for item in sent], "group")
    assert isinstance(founded, acts.GroupFounded)
    assert (founded.by, founded.at) == ("ben", MONDAY)
    assert report.refused == {}
    alone = written(tmp_path, lines(VERSION, team(), channel(), *people[:1], *said[:1]), "b.jsonl")
    (founded,) = of_kind(told("mattermost", alone)[0], "group")
    assert isinstance(founded, acts.GroupFounded)
    assert founded.by == "helper"


def test_who_never_acted_is_there_at_the_moment_of_the_export(tmp_path: Path) -> None:
    happened, _ = told("mattermost", export(tmp_path, post("ada", "Hello", MONDAY)))
    joined = {act.person: act.at for act in happened if isinstance(act, acts.MemberJoined)}
    came = {act.id: act.at for act in happened if isinstance(act, acts.PersonCame)}
    assert joined == {"ben": EXPORTED, "cem": EXPORTED}
    assert came == {"ada": MONDAY, "ben": EXPORTED, "cem": EXPORTED}


def test_who_acted_and_is_no_member_today_has_left_the_group(tmp_path: Path) -> None:
    gone = user("dilan")
    happened, _ = told("mattermost", export(tmp_path, gone, post("dilan", "Bye", MONDAY)))
    left = [act for act in happened if isinstance(act, acts.MemberLeft)]
    assert [(act.person, act.at) for act in left] == [("dilan", EXPORTED)]


def test_joining_and_leaving_is_taken_from_what_mattermost_wrote(tmp_path: Path) -> None:
    def system(kind: str, who: str, at: datetime, **props: str) -> dict[str, Any]:
        return post(who, f"{who} {kind}", at, type=f"system_{kind}", props=props)

    file = export(
        tmp_path,
        system("join_channel", "ben", MONDAY),
        system("leave_channel", "ben", MONDAY + HOUR),
        system("add_to_channel", "ada", MONDAY + 2 * HOUR, addedUsername="ben"),
        system("remove_from_channel", "ada", MONDAY + 3 * HOUR, removedUsername="cem"),
        system("header_change", "ada", MONDAY + 4 * HOUR),
        post("cem", "Hm", MONDAY + HOUR),
    )
    happened, problems = told("mattermost", file)
    moves = [
        (type(act).__name__, act.person, act.at)
        for act in sorted(happened, key=lambda act: act.at)
        if isinstance(act, acts.MemberJoined | acts.MemberLeft) and act.person != "ada"
    ]
    assert moves == [
        ("MemberJoined", "ben", MONDAY),
        ("MemberLeft", "ben", MONDAY + HOUR),
        ("MemberJoined", "cem", MONDAY + HOUR),
        ("MemberJoined", "ben", MONDAY + 2 * HOUR),
        ("MemberLeft", "cem", MONDAY + 3 * HOUR),
    ]
    assert [(problem.kind, problem.subject) for problem in problems] == [
        ("system-message", "system_header_change")
    ]


def test_an_edit_comes_when_it_was_made_with_the_last_wording(tmp_path: Path) -> None:
    edited = post("ben", "Soup!", MONDAY, edit_at=ms(MONDAY + HOUR))
    happened, _ = told("mattermost", export(tmp_path, edited))
    (edit,) = of_kind(happened, "edit")
    assert isinstance(edit, acts.Edited)
    assert (edit.at, edit.by, edit.text) == (MONDAY + HOUR, "ben", "Soup!")


def test_accounts_bring_name_address_and_identity(tmp_path: Path) -> None:
    people = [
        user("ada", auth_service="saml", auth_data="ada@idp"),
        user("ben", auth_service="", auth_data="forgotten", first_name="", last_name=""),
        user("cem", first_name="", last_name="", nickname="Cemo", delete_at=ms(MONDAY)),
        bot("helper", delete_at=0),
    ]
    file = written(tmp_path, lines(VERSION, team(), *people))
    happened, _ = told("mattermost", file)
    came = {act.id: act for act in happened if isinstance(act, acts.PersonCame)}
    assert [(act.name, act.external_id, act.email, act.account) for act in came.values()] == [
        ("Ada Example", "ada@idp", "ada@example.org", "human"),
        ("ben", None, "ben@example.org", "human"),
        ("Cemo", None, "cem@example.org", "human"),
        ("Helper", None, None, "service"),
    ]
    left = [act for act in happened if isinstance(act, acts.PersonLeft)]
    assert [(act.person, act.at) for act in left] == [("cem", MONDAY)]
    by_address, _ = told("mattermost", file, SourceOptions(identity="email"))
    (ada, *_) = of_kind(by_address, "person")
    assert isinstance(ada, acts.PersonCame)
    assert ada.external_id == "ada@example.org"


def test_several_teams_are_a_prefix_or_a_choice(tmp_path: Path) -> None:
    other = channel("kitchen", team="home", display_name="Kitchen")
    file = export(
        tmp_path,
        team("home", "At home"),
        other,
        post("ada", "Here", MONDAY),
        post("ada", "There", MONDAY, team="home"),
    )
    happened, _ = told("mattermost", file)
    named = {act.id: act.name for act in happened if isinstance(act, acts.GroupFounded)}
    assert named == {"care/kitchen": "Care: Kitchen", "home/kitchen": "At home: Kitchen"}
    chosen, problems = told("mattermost", file, SourceOptions(team="home"))
    assert [act.name for act in chosen if isinstance(act, acts.GroupFounded)] == ["Kitchen"]
    assert [act.text for act in chosen if isinstance(act, acts.PostPublished)] == ["There"]
    assert kinds(problems) == ["other-team", "other-team"]


def test_private_channels_are_closed_and_archived_ones_archived(tmp_path: Path) -> None:
    private = channel("office", type="P", purpose="Who, where", deleted_at=ms(MONDAY + HOUR))
    file = export(tmp_path, private, post("ada", "Psst", MONDAY, channel="office"))
    happened, _ = told("mattermost", file)
    groups = {act.id: act for act in happened if isinstance(act, acts.GroupFounded)}
    assert groups["care/kitchen"].visibility == "open"
    assert groups["care/office"].visibility == "closed"
    assert groups["care/office"].purpose == "Who, where"
    archived = [act for act in happened if isinstance(act, acts.GroupArchived)]
    assert [(act.group, act.at) for act in archived] == [("care/office", MONDAY + HOUR)]


def test_direct_messages_are_never_taken(tmp_path: Path) -> None:
    direct = [
        {"type": "direct_channel", "direct_channel": {"members": ["ada", "ben"], "header": ""}},
        {
            "type": "direct_post",
            "direct_post": {
                "channel_members": ["ada", "ben"],
                "user": "ada",
                "message": "Secret",
                "create_at": ms(MONDAY),
                "replies": [reply("ben", "Secret too", MONDAY)],
            },
        },
    ]
    sent, report = imported("mattermost", export(tmp_path, *direct))
    assert "Secret" not in repr(sent) + repr(report)
    assert report.problems["direct-message"].count == 2
    assert report.as_json()["problems"]["direct-message"]["outcome"] == "left-out"


def test_what_a_webhook_wrote_is_no_act_of_whoever_made_it(tmp_path: Path) -> None:
    hook = {"from_webhook": "true", "override_username": "Buildings", "attachments": []}
    said = post("ada", "Lift is broken", MONDAY, props=hook)
    happened, _ = told("mattermost", export(tmp_path, said))
    (published,) = of_kind(happened, "post")
    assert isinstance(published, acts.PostPublished)
    assert published.by == "webhook/Buildings"
    programs = [
        act.id for act in happened if isinstance(act, acts.PersonCame) and act.account == "service"
    ]
    assert programs == ["webhook/Buildings"]


def test_a_program_that_only_attaches_texts_says_them(tmp_path: Path) -> None:
    attached = {"attachments": [{"title": "Build", "text": "is green"}, {"fallback": "Deploy"}]}
    said = post("ada", "", MONDAY, props=attached | {"from_bot": "true"})
    happened, _ = told("mattermost", export(tmp_path, said))
    (published,) = of_kind(happened, "post")
    assert isinstance(published, acts.PostPublished)
    assert published.text == "Build\n\nis green\n\nDeploy"


def test_files_are_named_or_referred_to(tmp_path: Path) -> None:
    files = [{"path": "20240108/teams/noteam/users/u1/f1/menu week 2.png"}]
    file = export(tmp_path, post("ada", "", MONDAY, attachments=files))
    happened, problems = told("mattermost", file)
    (named,) = of_kind(happened, "post")
    assert isinstance(named, acts.PostPublished)
    assert (named.text, named.format, named.media) == ("menu week 2.png", "text", ())
    assert kinds(problems) == ["file-left-behind"]
    there = SourceOptions(files_at="https://files.example.org/data/")
    happened, problems = told("mattermost", file, there)
    (referred,) = of_kind(happened, "post")
    assert isinstance(referred, acts.PostPublished)
    assert (referred.text, referred.format, problems) == ("", "photo", [])
    assert [media.url for media in referred.media] == [
        "https://files.example.org/data/20240108/teams/noteam/users/u1/f1/menu%20week%202.png"
    ]


def test_a_part_that_is_malformed_does_not_take_its_thread_with_it(tmp_path: Path) -> None:
    thread = post(
        "ben",
        "Soup?",
        MONDAY,
        replies=[reply("cem", "Yes", MONDAY), {"user": "cem"}, None],
        reactions=[reaction("ada", "+1", MONDAY), {"user": 7}],
        attachments=[{"path": None}],
        props="?",
    )
    happened, problems = told("mattermost", export(tmp_path, thread))
    assert len(of_kind(happened, "post")) == 1
    assert len(of_kind(happened, "comment")) == 1
    assert len(of_kind(happened, "reaction")) == 1
    assert kinds(problems) == ["malformed-line"] * 3


@pytest.mark.parametrize(
    "line",
    [
        {"type": "post", "post": {"team": "care", "channel": "kitchen", "user": "ada"}},
        {"type": "post"},
        {"type": "channel", "channel": {"name": "x"}},
        {"type": "user", "user": None},
        {"kind": "post"},
        [],
        "text",
        None,
        7,
    ],
)
def test_a_malformed_line_is_reported_and_the_rest_is_read(tmp_path: Path, line: Any) -> None:
    happened, problems = told("mattermost", export(tmp_path, line, post("ada", "Hi", MONDAY)))
    assert kinds(problems) == ["malformed-line"]
    assert problems[0].place.line == 7
    assert len(of_kind(happened, "post")) == 1


def test_lines_of_other_kinds_are_skipped_or_reported(tmp_path: Path) -> None:
    known = [
        {"type": "emoji", "emoji": {"name": "soup", "image": "soup.png"}},
        {"type": "role", "role": {"name": "cook"}},
        {"type": "scheme", "scheme": {"name": "kitchen"}},
    ]
    _, problems = told("mattermost", export(tmp_path, *known, {"type": "wiki", "wiki": {}}))
    assert [(problem.kind, problem.subject) for problem in problems] == [("unknown-line", "wiki")]


def test_another_version_of_the_format_is_reported(tmp_path: Path) -> None:
    _, problems = told("mattermost", written(tmp_path, lines({"type": "version", "version": 2})))
    assert kinds(problems) == ["unknown-line"]


@pytest.mark.parametrize("create_at", [10**17, -(10**17), 10**40])
def test_a_moment_that_no_calendar_has_is_reported(tmp_path: Path, create_at: int) -> None:
    thread = post("ada", "Hi", MONDAY)
    thread["post"]["create_at"] = create_at
    happened, problems = told("mattermost", export(tmp_path, thread))
    assert of_kind(happened, "post") == []
    assert kinds(problems) == ["malformed-line"]


def test_the_export_may_be_in_its_archive(tmp_path: Path) -> None:
    plain = export(tmp_path, post("ada", "Hi", MONDAY))
    members = {"import.jsonl": plain.read_bytes(), "data/20240108/f1/menu.png": b"\x89PNG"}
    packed = archive(tmp_path / "export.zip", members)
    assert told("mattermost", packed)[0] == told("mattermost", plain)[0]


def test_an_emptied_export_tells_nothing(tmp_path: Path) -> None:
    assert told("mattermost", written(tmp_path, b"")) == ([], [])
    assert told("mattermost", written(tmp_path, lines(VERSION)))[0] == []
    nobody = written(tmp_path, lines(VERSION, team(), channel()))
    happened, problems = told("mattermost", nobody)
    assert happened == []
    assert kinds(problems) == ["empty"]


def test_two_posts_at_the_same_moment_are_two(tmp_path: Path) -> None:
    file = export(tmp_path, post("ada", "One", MONDAY), post("ada", "Two", MONDAY))
    sent, report = imported("mattermost", file)
    assert len(of_kind([item.act for item in sent], "post")) == 2
    again = export(tmp_path, post("ada", "One", MONDAY), post("ada", "One", MONDAY))
    sent, report = imported("mattermost", again.rename(tmp_path / "again.jsonl"))
    assert len(of_kind([item.act for item in sent], "post")) == 1
    assert report.problems["duplicate-id"].count == 1


def test_everything_of_an_ordinary_export_is_taken(tmp_path: Path) -> None:
    sent, report = imported("mattermost", export(tmp_path, post("ada", "Hi", MONDAY)))
    assert report.refused == {}
    assert all(item.act.at <= NOW for item in sent)
