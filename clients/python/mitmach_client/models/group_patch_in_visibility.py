from typing import Literal

GroupPatchInVisibility = Literal["closed", "open", "secret"]

GROUP_PATCH_IN_VISIBILITY_VALUES: set[GroupPatchInVisibility] = {
    "closed",
    "open",
    "secret",
}


def check_group_patch_in_visibility(value: str) -> GroupPatchInVisibility:
    if value in GROUP_PATCH_IN_VISIBILITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUP_PATCH_IN_VISIBILITY_VALUES!r}"
    )
