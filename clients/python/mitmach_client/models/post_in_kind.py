from typing import Literal

PostInKind = Literal["discussion", "idea", "kudos", "news", "question"]

POST_IN_KIND_VALUES: set[PostInKind] = {
    "discussion",
    "idea",
    "kudos",
    "news",
    "question",
}


def check_post_in_kind(value: str) -> PostInKind:
    if value in POST_IN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {POST_IN_KIND_VALUES!r}"
    )
