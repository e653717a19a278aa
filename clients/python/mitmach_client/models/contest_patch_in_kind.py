from typing import Literal

ContestPatchInKind = Literal["idea", "photo", "text", "video"]

CONTEST_PATCH_IN_KIND_VALUES: set[ContestPatchInKind] = {
    "idea",
    "photo",
    "text",
    "video",
}


def check_contest_patch_in_kind(value: str) -> ContestPatchInKind:
    if value in CONTEST_PATCH_IN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONTEST_PATCH_IN_KIND_VALUES!r}"
    )
