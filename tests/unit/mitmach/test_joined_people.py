"""An export in which people are joined: one id for each, and no other name of theirs."""

import json
import re
import uuid
from typing import Any

import pytest

from mitmach.joined_people import JoinedPeople
from shared.contract.aliases import Aliases
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.envelope import EventData, format_time, seal
from shared.contract.events.groups import MembershipJoined
from shared.contract.events.people import PersonErased
from shared.contract.events.posts import PostPublished, PostViewed
from shared.contract.events.registry import EVENT_CLASSES, decode_event
from shared.contract.events.responses import CommentAdded, ReactionAdded
from shared.contract.events.topics import RESTRICTED
from shared.contract.events.traces import TraceAliases
from tests.support.identity import PSEUDONYM_KEY, person_id_of
from tooling.sample_events import A_MOMENT, sample

ADA, BOB = person_id_of("ada"), person_id_of("bob")
ALIASES = Aliases(PSEUDONYM_KEY)
DISCLOSURE = Disclosure(ALIASES, TraceAliases(PSEUDONYM_KEY))
PEOPLE = JoinedPeople(PSEUDONYM_KEY)


def published(data: EventData, actor: str, within: str | None = None) -> bytes:
    shown, who = DISCLOSURE.publishable(data, actor, within, masked=False)
    return seal(
        shown,
        actor=who,
        source="/mitmach/posts/1",
        event_id="01936f3e-8a10-7c55-9d0b-3f6a5c1e2b47",
        time=format_time(A_MOMENT),
        traceparent=None,
    ).body


def joined(line: bytes) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(PEOPLE.line(line))
    return event


def test_a_person_has_one_id_whatever_they_did_and_wherever() -> None:
    names = set()
    for within in (None, "a group", "another group"):
        for kind in (PostViewed, ReactionAdded):
            line = published(sample(kind, author=BOB), ADA, within)
            assert json.loads(line)["actor"] != ADA
            names.add(joined(line)["actor"])
        wrote = published(sample(PostPublished, author=ADA), ADA, within)
        names |= {joined(wrote)["actor"], joined(wrote)["data"]["author"]}
    member = published(sample(MembershipJoined, member=ADA), ADA)
    names |= {joined(member)["actor"], joined(member)["data"]["member"]}
    assert len(names) == 1
    assert joined(published(sample(PostViewed, author=BOB), BOB))["actor"] not in names


def test_the_ids_are_the_same_in_every_export_and_others_with_another_key() -> None:
    line = published(sample(PostPublished, author=ADA), ADA)
    again, other = JoinedPeople(PSEUDONYM_KEY), JoinedPeople(b"another key for tests")
    assert again.line(line) == PEOPLE.line(line)
    assert other.line(line) != PEOPLE.line(line)


@pytest.mark.parametrize("within", [None, "a group"])
@pytest.mark.parametrize(
    "kind",
    [kind for kind in EVENT_CLASSES if kind.topic not in RESTRICTED],
    ids=lambda one: one.type,
)
def test_no_id_and_no_alias_of_anybody_is_left(kind: type[EventData], within: str | None) -> None:
    # What is made up for a field of a person is a person's id: this test knows them all by that.
    line = published(sample(kind), ADA, within)
    event = joined(line)
    text = json.dumps(event)
    assert not ALIASES.names(text.encode(), ADA)
    before = set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}", line.decode()))
    assert not [name for name in before if name in text]
    for alias in re.findall(r'"([a-z][0-9a-f]{32}(?:[0-9a-f]{16})?)"', text):
        assert ALIASES.person(alias) == alias
    decode_event(PEOPLE.line(line))


def test_everything_but_people_stays() -> None:
    line = published(sample(CommentAdded, author=BOB, comment_author=ADA), ADA)
    before, after = json.loads(line), joined(line)
    told = {"actor", "author", "comment_author", "parent_author"}
    for event in (before, after):
        for part in (event, event["data"]):
            for name in told & part.keys():
                del part[name]
    assert after == before
    assert list(after) == list(before)


def test_a_topic_that_looks_like_a_person_is_a_topic() -> None:
    alias = ALIASES.of("v", ADA)
    line = published(sample(PostPublished, author=ADA, topics=(alias, BOB)), ADA)
    assert joined(line)["data"]["topics"] == [alias, BOB]


def test_a_former_colleague_stays_nobody() -> None:
    line = published(sample(PostPublished, author=FORMER_COLLEAGUE), ADA)
    assert joined(line)["data"]["author"] == FORMER_COLLEAGUE


def test_an_erasure_doesnt_lead_to_the_person() -> None:
    said = sample(PersonErased, person=ADA, erasure=erasure_id(ADA))
    event = joined(published(said, BOB))
    assert event["data"]["erasure"] == erasure_id(event["data"]["person"]) != erasure_id(ADA)
    assert uuid.UUID(event["subject"]).version == 4
    assert event["subject"] == event["partitionkey"] == event["data"]["person"] != ADA
