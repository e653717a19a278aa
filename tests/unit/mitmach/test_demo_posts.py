"""What the demo's organisation publishes is what the platform takes."""

from typing import get_args

import pytest

from mitmach.demo.behaviour import FORMATS
from mitmach.demo.texts import media
from services.posts.domain.post import PostContent, check_content
from shared.contract.events.vocabulary import Format
from shared.web.http.routing.media import MediaInput, media_of


@pytest.mark.parametrize("format_", FORMATS)
def test_a_post_of_the_demo_has_what_its_format_is_made_of(format_: Format) -> None:
    assert format_ in get_args(Format)
    references = media_of(
        [MediaInput(**reference) for reference in media(format_, "demo-1-post-2-3")]
    )
    check_content(
        format_, PostContent(title="Flowers", text="What do you think?", media=references)
    )
