from typing import Literal

ListContestsKind = Literal["idea", "photo", "text", "video"]

LIST_CONTESTS_KIND_VALUES: set[ListContestsKind] = {
    "idea",
    "photo",
    "text",
    "video",
}


def check_list_contests_kind(value: str) -> ListContestsKind:
    if value in LIST_CONTESTS_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_CONTESTS_KIND_VALUES!r}"
    )
