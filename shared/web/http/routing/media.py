"""References to media in request and response bodies."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from shared.contract.media import LONGEST_ADDRESS, LONGEST_ALT, MOST_MEDIA, Media
from shared.web.http.routing.fields import AnyText
from shared.web.http.routing.models import InputModel, OutputModel


class MediaInput(InputModel):
    """A reference to a picture, film or file that is stored elsewhere."""

    # Nothing else than what RFC 3986 allows: printable ASCII. And no plain http, which browsers
    # refuse to show on a page that came by https.
    url: str = Field(
        pattern=rf"^https://[!-~]{{1,{LONGEST_ADDRESS}}}$",
        examples=["https://media.example.org/run.jpg"],
    )
    alt: Annotated[
        str,
        Field(
            max_length=LONGEST_ALT,
            description="What it shows, for those who can't see it",
            examples=["Six people running along a river"],
        ),
        AnyText,
    ] = ""


MediaInputs = Annotated[list[MediaInput], Field(max_length=MOST_MEDIA)]


class MediaView(OutputModel):
    """A picture, film or file, stored elsewhere."""

    url: str = Field(examples=["https://media.example.org/run.jpg"])
    alt: str = Field(examples=["Six people running along a river"])


def media_of(references: Sequence[MediaInput]) -> list[Media]:
    """References as services store them."""
    return [Media(url=reference.url, alt=reference.alt) for reference in references]


def media_views(media: Sequence[Media]) -> list[MediaView]:
    """Stored references, to be shown."""
    return [MediaView(url=stored.url, alt=stored.alt) for stored in media]
