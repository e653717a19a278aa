from typing import Literal

PostViewFormat = Literal[
    "audio", "document", "event", "link", "photo", "poll", "text", "video"
]

POST_VIEW_FORMAT_VALUES: set[PostViewFormat] = {
    "audio",
    "document",
    "event",
    "link",
    "photo",
    "poll",
    "text",
    "video",
}


def check_post_view_format(value: str) -> PostViewFormat:
    if value in POST_VIEW_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {POST_VIEW_FORMAT_VALUES!r}"
    )
