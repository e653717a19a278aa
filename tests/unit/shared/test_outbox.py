"""The documents of the log: which events stand together."""

from bson.timestamp import Timestamp

from shared.contract.events import topics
from shared.contract.events.envelope import Sealed
from shared.contract.events.topics import BALLOTS, CONTESTS, LOGINS, RESTRICTED
from shared.delivery.log import first_id, log_documents, logged_events


def test_sealed_choices_stand_in_documents_of_their_own_and_keep_their_order() -> None:
    events = [
        Sealed(topic, "key", f"{number}".encode())
        for number, topic in enumerate([CONTESTS, BALLOTS, CONTESTS, CONTESTS, BALLOTS])
    ]

    documents = log_documents("commit", Timestamp(1, 1), events)

    assert [one["_id"] for one in documents] == [first_id("commit"), "commit.001"]
    bodies = [[event.body for event in logged_events(one)] for one in documents]
    assert bodies == [[b"0", b"2", b"3"], [b"1", b"4"]]
    assert [set(one["topics"]) for one in documents] == [{CONTESTS}, {BALLOTS}]


def test_a_commit_of_restricted_events_alone_begins_with_its_first_document() -> None:
    (document,) = log_documents("commit", Timestamp(1, 1), [Sealed(BALLOTS, "key", b"1")])
    assert document["_id"] == first_id("commit")


def test_what_data_teams_may_not_read_is_restricted() -> None:
    assert {BALLOTS, LOGINS} == RESTRICTED
    assert not any(topics.TOPICS[name].data_teams for name in RESTRICTED)
