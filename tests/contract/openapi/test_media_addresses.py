"""Addresses of media are what RFC 3986 allows: printable ASCII, everything else percent-encoded."""

import pytest
from pydantic import ValidationError

from shared.web.http.routing.media import MediaInput


@pytest.mark.parametrize(
    "address",
    [
        "https://media.example.org/a b.jpg",
        "https://media.example.org/a\x85.jpg",  # a blank to some pattern engines only
        "https://media.example.org/a\x00.jpg",
        "https://media.example.org/\x1b[31m.jpg",
        "https://media.example.org/a.jpg\n",
        "https://media.example.org/straße.jpg",
        "https://",
        "http://media.example.org/a.jpg",
        "javascript:alert(1)",
    ],
)
def test_an_address_with_other_characters_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        MediaInput(url=address)


def test_a_percent_encoded_address_is_taken() -> None:
    address = "https://media.example.org/stra%C3%9Fe.jpg?size=1&v=2#x"
    assert str(MediaInput(url=address).url) == address
