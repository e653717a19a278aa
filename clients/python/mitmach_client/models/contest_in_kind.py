from typing import Literal

ContestInKind = Literal["idea", "photo", "text", "video"]

CONTEST_IN_KIND_VALUES: set[ContestInKind] = {
    "idea",
    "photo",
    "text",
    "video",
}


def check_contest_in_kind(value: str) -> ContestInKind:
    if value in CONTEST_IN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONTEST_IN_KIND_VALUES!r}"
    )
