"""The token that an acknowledged write carries: what it names, and what is no token."""

import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.events.topics import GROUPS, LOGINS, PEOPLE, POSTS, TOPICS
from shared.contract.ids import new_id
from shared.delivery.consistency.applied import holds, packed
from shared.delivery.consistency.token import (
    MOST_EVENTS,
    MOST_TOKENS,
    TokenMalformed,
    consistency_token,
    id_part,
    last_of_each,
    read_tokens,
)

SERVICES = st.sampled_from(["groups", "posts", "contests", "metrics", "notes"])
MOMENTS = st.integers(0, (1 << 48) - 1)
EVENTS = st.lists(
    st.tuples(st.sampled_from(sorted(TOPICS)), st.sampled_from("abcdefgh"), MOMENTS),
    min_size=1,
    max_size=200,
)


@given(SERVICES, EVENTS)
def test_a_token_is_read_as_it_was_written(
    service: str, events: list[tuple[str, str, int]]
) -> None:
    ids = [new_id(unix_ms=moment) for _, _, moment in events]
    places = [(topic, key) for topic, key, _ in events]
    text = consistency_token(service, ids, places)
    (token,) = read_tokens(text)
    assert token.service == service
    assert token.unix_ms == min(moment for _, _, moment in events)
    named = {(topic, part) for topic, parts in token.events.items() for part in parts}
    assert named == {(topic, id_part(event_id)) for topic, event_id in last_of_each(ids, places)}
    assert text.isascii()
    assert b"," not in text


@given(st.lists(EVENTS, max_size=MOST_TOKENS))
def test_several_tokens_come_in_one_header(commands: list[list[tuple[str, str, int]]]) -> None:
    texts = [
        consistency_token(
            "groups",
            [new_id(unix_ms=moment) for _, _, moment in events],
            [(topic, key) for topic, key, _ in events],
        )
        for events in commands
    ]
    assert len(read_tokens(b" , ".join(texts))) == len(commands)
    assert len(read_tokens(b",".join([*texts, b"", b" "]))) == len(commands)


def test_of_events_with_one_key_the_last_is_named() -> None:
    ids = [new_id() for _ in range(4)]
    places = [(GROUPS, "g"), (PEOPLE, "g"), (GROUPS, "g"), (GROUPS, "h")]
    assert sorted(last_of_each(ids, places)) == sorted(
        [(GROUPS, ids[2]), (PEOPLE, ids[1]), (GROUPS, ids[3])]
    )


def test_of_very_many_the_last_of_each_partition_is_named() -> None:
    ids = [new_id() for _ in range(500)]
    places = [(POSTS, f"post {number}") for number in range(500)]
    chosen = last_of_each(ids, places)
    partitions = TOPICS[POSTS].partitions
    last = {
        zlib.crc32(key.encode()) % partitions: event_id
        for (_, key), event_id in zip(places, ids, strict=True)
    }
    assert sorted(chosen) == sorted((POSTS, event_id) for event_id in last.values())
    assert len(read_tokens(consistency_token("posts", ids, places))[0].events[POSTS]) == partitions


def test_as_many_as_a_token_names_one_by_one_fit_beside_others_into_a_head() -> None:
    ids = [new_id() for _ in range(MOST_EVENTS)]
    places = [((LOGINS, PEOPLE, GROUPS)[n % 3], f"key {n}") for n in range(MOST_EVENTS)]
    token = consistency_token("groups", ids, places)
    assert sum(map(len, read_tokens(token)[0].events.values())) == MOST_EVENTS
    assert len(token) < 900


@given(st.binary(max_size=80))
def test_any_bytes_are_a_token_or_none(content: bytes) -> None:
    for header in (content, urlsafe_b64encode(content), b"AQ" + content):
        try:
            read_tokens(header)
        except TokenMalformed:
            continue


GOOD = consistency_token("groups", [new_id()], [(GROUPS, "g")])
TWICE = urlsafe_b64encode(
    b"\x01\x06groups" + bytes(6) + b"\x01t\x01" + bytes(8) + b"\x01t\x01" + bytes(8)
)


@pytest.mark.parametrize(
    "header",
    [
        GOOD[:-1],
        GOOD + b"AA",
        GOOD + b"=",
        GOOD + b"." + GOOD,
        GOOD + b" " + GOOD,
        b"Ag" + GOOD[2:],
        b"A",
        "zwölf".encode(),
        b"A" * 3000,
        b",".join([GOOD] * (MOST_TOKENS + 1)),
        urlsafe_b64encode(b"\x01\x06groups" + bytes(6)),
        TWICE.rstrip(b"="),
        urlsafe_b64encode(b"\x01\x02\xc3\xa9" + bytes(6) + b"\x01t\x01" + bytes(8)).rstrip(b"="),
    ],
    ids=[
        "cut",
        "longer",
        "padded",
        "dot",
        "blank",
        "version",
        "short",
        "letters",
        "long",
        "many",
        "empty",
        "twice",
        "name",
    ],
)
def test_what_no_answer_has_carried_is_no_token(header: bytes) -> None:
    with pytest.raises(TokenMalformed):
        read_tokens(header)


def test_an_id_is_found_where_ids_begin_and_nowhere_else() -> None:
    ids = [new_id() for _ in range(3)]
    stored = packed(ids)
    assert all(holds(stored, id_part(event_id)) for event_id in ids)
    assert not holds(stored, stored[3:11])
    assert not holds(b"", id_part(ids[0]))
    assert holds(b"aaaaaaab" + b"aaaaaaaa", b"aaaaaaaa")


def test_foreign_ids_are_left_out_and_the_others_noted() -> None:
    good = new_id()
    assert packed(["e-1", "", good, "z" * 36, good[:-2]]) == id_part(good)
