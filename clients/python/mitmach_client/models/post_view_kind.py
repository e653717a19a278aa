from typing import Literal

PostViewKind = Literal["discussion", "idea", "kudos", "news", "question"]

POST_VIEW_KIND_VALUES: set[PostViewKind] = {
    "discussion",
    "idea",
    "kudos",
    "news",
    "question",
}


def check_post_view_kind(value: str) -> PostViewKind:
    if value in POST_VIEW_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {POST_VIEW_KIND_VALUES!r}"
    )
