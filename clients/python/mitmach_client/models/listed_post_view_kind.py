from typing import Literal

ListedPostViewKind = Literal["discussion", "idea", "kudos", "news", "question"]

LISTED_POST_VIEW_KIND_VALUES: set[ListedPostViewKind] = {
    "discussion",
    "idea",
    "kudos",
    "news",
    "question",
}


def check_listed_post_view_kind(value: str) -> ListedPostViewKind:
    if value in LISTED_POST_VIEW_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LISTED_POST_VIEW_KIND_VALUES!r}"
    )
