from typing import Literal

GroupViewKind = Literal["community", "everyone", "pilot", "working_group"]

GROUP_VIEW_KIND_VALUES: set[GroupViewKind] = {
    "community",
    "everyone",
    "pilot",
    "working_group",
}


def check_group_view_kind(value: str) -> GroupViewKind:
    if value in GROUP_VIEW_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUP_VIEW_KIND_VALUES!r}"
    )
