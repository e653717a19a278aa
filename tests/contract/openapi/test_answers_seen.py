"""What compares answers with the documents sees each kind of difference."""

from typing import Any

import pytest

from tests.contract.openapi.answers_seen import AnswersSeen

GROUP = "/v1/groups/01900000-0000-7000-8000-000000000001"
MISSING = "urn:mitmach:problem:group-not-found"
UNKNOWN = "urn:mitmach:problem:note-changed"


@pytest.fixture(scope="module")
def documents() -> AnswersSeen:
    return AnswersSeen()


@pytest.fixture
def seen(documents: AnswersSeen) -> AnswersSeen:
    documents.wrong.clear()
    documents.operations.clear()
    return documents


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (("GET", GROUP, 200, {"etag": '"1"', "date": "today"}, ""), set()),
        (("GET", GROUP, 404, {}, MISSING), set()),
        (("GET", GROUP, 200, {}, ""), {"read_group 200 lacks etag"}),
        (("GET", GROUP, 404, {"x-new": "1"}, MISSING), {"read_group 404 sends x-new"}),
        (("GET", GROUP, 404, {}, UNKNOWN), {f"read_group 404 is {UNKNOWN}"}),
        (("GET", GROUP, 418, {}, ""), {"read_group isn't documented to answer 418"}),
    ],
)
def test_a_difference_is_seen(seen: AnswersSeen, answer: Any, wrong: set[str]) -> None:
    seen.compare(*answer)
    assert seen.wrong == wrong
    assert seen.operations == {"read_group"}


def test_what_has_no_document_is_left_alone(seen: AnswersSeen) -> None:
    seen.compare("GET", "/board", 418, {"x-new": "1"}, UNKNOWN)
    assert seen.wrong == seen.operations == set()


def test_a_path_without_parameters_goes_first(seen: AnswersSeen) -> None:
    seen.compare("POST", "/v1/posts", 503, {"retry-after": "1"}, "")
    seen.compare("POST", f"{GROUP}:archive", 503, {"retry-after": "1"}, "")
    assert seen.operations == {"publish_post", "archive_group"}
