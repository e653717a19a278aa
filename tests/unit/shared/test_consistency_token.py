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
    MEMORY,
    MOST_EVENTS,
    MOST_TOKENS,
    ConsistencyTokenInvalid,
    consistency_token,
    id_part,
    last_of_each,
    read_tokens,
    short_id,
)

NOON = 1_790_000_000_000  # milliseconds since 1970
MOMENTS = st.integers(0, (1 << 48) - 1)
EVENTS = st.lists(
    st.tuples(st.sampled_from(sorted(TOPICS)), st.text("abcdefgh", max_size=3), MOMENTS),
    min_size=1,
    max_size=200,
)


def crc(key: str) -> int:
    return zlib.crc32(key.encode())


@given(EVENTS)
def test_a_token_is_read_as_it_was_written(events: list[tuple[str, str, int]]) -> None:
    ids = [new_id(unix_ms=moment) for _, _, moment in events]
    places = [(topic, key) for topic, key, _ in events]
    text = consistency_token(ids, places)
    (token,) = read_tokens(text)
    assert token == last_of_each(ids, places)
    assert text.isascii()
    assert b"," not in text


@given(st.lists(EVENTS, max_size=MOST_TOKENS))
def test_several_tokens_come_in_one_header(commands: list[list[tuple[str, str, int]]]) -> None:
    texts = [
        consistency_token(
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
    assert last_of_each(ids, places) == {
        (GROUPS, crc("g")): short_id(ids[2]),
        (PEOPLE, crc("g")): short_id(ids[1]),
        (GROUPS, crc("h")): short_id(ids[3]),
    }


def test_of_very_many_the_last_of_each_partition_is_named() -> None:
    ids = [new_id(unix_ms=NOON + number) for number in range(500)]
    places = [(POSTS, f"post {number}") for number in range(500)]
    partitions = TOPICS[POSTS].partitions
    last = {
        crc(key) % partitions: short_id(event_id)
        for (_, key), event_id in zip(places, ids, strict=True)
    }
    assert sorted(last_of_each(ids, places).values()) == sorted(last.values())
    assert len(last) == partitions


@given(st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=20), max_size=12))
def test_a_client_that_keeps_the_last_token_has_what_it_wrote(commands: list[list[str]]) -> None:
    """Of each key the last event, or a later one of the same partition."""
    token: list[bytes] = []
    order: dict[bytes, int] = {}
    last: dict[str, int] = {}
    for number, keys in enumerate(commands):
        ids = [new_id(unix_ms=NOON + number) for _ in keys]
        for key, event_id in zip(keys, ids, strict=True):
            last[key] = order[short_id(event_id)] = len(order)
        brought = [read for text in token for read in read_tokens(text)]
        token = [consistency_token(ids, [(GROUPS, key) for key in keys], brought)]
    named = {place: event for text in token for place, event in read_tokens(text)[0].items()}
    for key, at in last.items():
        assert order[named[GROUPS, crc(key)]] == at


def test_a_busy_client_has_the_last_of_each_partition() -> None:
    brought: list[bytes] = []
    written: dict[tuple[str, int], bytes] = {}
    for number in range(300):
        topic = (LOGINS, PEOPLE, GROUPS, POSTS)[number % 4]
        event_id, key = new_id(unix_ms=NOON + number), f"key {number}"
        written[topic, crc(key) % TOPICS[topic].partitions] = short_id(event_id)
        tokens = [token for text in brought for token in read_tokens(text)]
        brought = [consistency_token([event_id], [(topic, key)], tokens)]
        assert len(brought[0]) < 1000
    named = set(read_tokens(brought[0])[0].values())
    assert set(written.values()) <= named


def test_what_nobody_waits_for_any_more_isnt_carried_on() -> None:
    old, kept, new = (new_id(unix_ms=NOON + after) for after in (0, 1, int(MEMORY * 1000) + 1))
    brought = read_tokens(consistency_token([old, kept], [(GROUPS, "g"), (GROUPS, "h")]))
    assert last_of_each([new], [(POSTS, "p")], brought) == {
        (GROUPS, crc("h")): short_id(kept),
        (POSTS, crc("p")): short_id(new),
    }


def test_of_tokens_that_were_got_at_once_the_later_event_counts() -> None:
    first, second = new_id(unix_ms=NOON), new_id(unix_ms=NOON + 1)
    texts = [consistency_token([event_id], [(GROUPS, "g")]) for event_id in (second, first)]
    brought = [token for text in texts for token in read_tokens(text)]
    merged = last_of_each([new_id(unix_ms=NOON + 2)], [(POSTS, "p")], brought)
    assert merged[GROUPS, crc("g")] == short_id(second)


def test_as_many_as_a_token_names_by_their_keys_fit_into_a_head() -> None:
    ids = [new_id() for _ in range(MOST_EVENTS)]
    places = [((LOGINS, PEOPLE, GROUPS)[n % 3], f"key {n}") for n in range(MOST_EVENTS)]
    token = consistency_token(ids, places)
    assert len(read_tokens(token)[0]) == MOST_EVENTS
    assert len(token) < 1000


@given(st.binary(max_size=80))
def test_any_bytes_are_a_token_or_none(content: bytes) -> None:
    for header in (content, urlsafe_b64encode(content), b"AQ" + content):
        try:
            read_tokens(header)
        except ConsistencyTokenInvalid:
            continue


GOOD = consistency_token([new_id()], [(GROUPS, "g")])
EVENT = bytes(18)


def spelt(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


MALFORMED = {
    "cut": GOOD[:-1],
    "longer": GOOD + b"AA",
    "padded": GOOD + b"=",
    "dot": GOOD + b"." + GOOD,
    "blank": GOOD + b" " + GOOD,
    "version": b"Ag" + GOOD[2:],
    "short": b"A",
    "letters": "zwölf".encode(),
    "long": b"A" * 9000,
    "many": b",".join([GOOD] * (MOST_TOKENS + 1)),
    "empty": spelt(b"\x01"),
    "twice": spelt(b"\x01" + b"\x01t\x01" + EVENT + b"\x01t\x01" + EVENT),
    "name": spelt(b"\x01" + b"\x02\xc3\xa9\x01" + EVENT),
    "none of a topic": spelt(b"\x01" + b"\x01t\x00"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_no_answer_has_carried_is_no_token(kind: str) -> None:
    with pytest.raises(ConsistencyTokenInvalid):
        read_tokens(MALFORMED[kind])


def test_an_id_is_found_where_ids_begin_and_nowhere_else() -> None:
    ids = [new_id() for _ in range(3)]
    stored = packed(ids)
    assert all(holds(stored, id_part(event_id)) for event_id in ids)
    assert all(short_id(event_id)[6:] == id_part(event_id) for event_id in ids)
    assert not holds(stored, stored[3:11])
    assert not holds(b"", id_part(ids[0]))
    assert holds(b"aaaaaaab" + b"aaaaaaaa", b"aaaaaaaa")


def test_foreign_ids_are_left_out_and_the_others_noted() -> None:
    good = new_id()
    assert packed(["e-1", "", good, "z" * 36, good[:-2]]) == id_part(good)
