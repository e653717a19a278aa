from typing import Literal

PostInFormat = Literal["audio", "document", "link", "photo", "text", "video"]

POST_IN_FORMAT_VALUES: set[PostInFormat] = {
    "audio",
    "document",
    "link",
    "photo",
    "text",
    "video",
}


def check_post_in_format(value: str) -> PostInFormat:
    if value in POST_IN_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {POST_IN_FORMAT_VALUES!r}"
    )
