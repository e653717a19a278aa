from typing import Literal

ReadLeadingPostsSort = Literal["engagement", "interactors", "reach", "viewers"]

READ_LEADING_POSTS_SORT_VALUES: set[ReadLeadingPostsSort] = {
    "engagement",
    "interactors",
    "reach",
    "viewers",
}


def check_read_leading_posts_sort(value: str) -> ReadLeadingPostsSort:
    if value in READ_LEADING_POSTS_SORT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {READ_LEADING_POSTS_SORT_VALUES!r}"
    )
