from typing import Literal

ListedPostViewFormat = Literal[
    "audio", "document", "event", "link", "photo", "poll", "text", "video"
]

LISTED_POST_VIEW_FORMAT_VALUES: set[ListedPostViewFormat] = {
    "audio",
    "document",
    "event",
    "link",
    "photo",
    "poll",
    "text",
    "video",
}


def check_listed_post_view_format(value: str) -> ListedPostViewFormat:
    if value in LISTED_POST_VIEW_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LISTED_POST_VIEW_FORMAT_VALUES!r}"
    )
