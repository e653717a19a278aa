from typing import Literal

GroupInVisibility = Literal["closed", "open", "secret"]

GROUP_IN_VISIBILITY_VALUES: set[GroupInVisibility] = {
    "closed",
    "open",
    "secret",
}


def check_group_in_visibility(value: str) -> GroupInVisibility:
    if value in GROUP_IN_VISIBILITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUP_IN_VISIBILITY_VALUES!r}"
    )
