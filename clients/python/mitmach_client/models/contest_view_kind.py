from typing import Literal

ContestViewKind = Literal["idea", "photo", "text", "video"]

CONTEST_VIEW_KIND_VALUES: set[ContestViewKind] = {
    "idea",
    "photo",
    "text",
    "video",
}


def check_contest_view_kind(value: str) -> ContestViewKind:
    if value in CONTEST_VIEW_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONTEST_VIEW_KIND_VALUES!r}"
    )
