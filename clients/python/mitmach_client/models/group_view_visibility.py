from typing import Literal

GroupViewVisibility = Literal["closed", "open", "secret"]

GROUP_VIEW_VISIBILITY_VALUES: set[GroupViewVisibility] = {
    "closed",
    "open",
    "secret",
}


def check_group_view_visibility(value: str) -> GroupViewVisibility:
    if value in GROUP_VIEW_VISIBILITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUP_VIEW_VISIBILITY_VALUES!r}"
    )
