"""ETags, receipts and fingerprints: small values that clients and replicas must agree on."""

from shared.web.http import etag, fingerprint, receipt
from shared.web.http.context import MOST_RECEIPTS


def test_an_etag_names_the_version_and_whatever_else_is_shown() -> None:
    assert etag(3) == '"3"'
    assert etag(3, 10, "like") == etag(3, 10, "like")
    assert len({etag(3), etag(4), etag(3, 10), etag(3, 11), etag(3, 1, 0), etag(3, None)}) == 6


def test_an_etag_is_the_same_in_every_process() -> None:
    assert etag(3, 10, "like") == '"3-9a84cd379196da14"'


def test_the_fingerprint_of_a_request_depends_on_all_of_it() -> None:
    one = fingerprint("POST", "/v1/notes", b"{}")
    assert one == fingerprint("POST", "/v1/notes", b"{}")
    others = {
        fingerprint("PUT", "/v1/notes", b"{}"),
        fingerprint("POST", "/v1/note", b"s{}"),
        fingerprint("POST", "/v1/notes/1", b"{}"),
        fingerprint("POST", "/v1/notes", b"{ }"),
        fingerprint("POST", "/v1/notes", b""),
    }
    assert len(others | {one}) == 6


def test_receipts_name_the_events_and_whether_they_are_old() -> None:
    assert receipt(("a", "b")) == [(b"event-ids", b"a,b")]
    assert receipt((), replayed=True) == [(b"idempotency-replayed", b"true")]
    assert receipt(()) == []


def test_a_header_with_hundreds_of_receipts_isnt_sent() -> None:
    assert receipt(tuple("x" for _ in range(MOST_RECEIPTS))) != []
    assert receipt(tuple("x" for _ in range(MOST_RECEIPTS + 1))) == []
