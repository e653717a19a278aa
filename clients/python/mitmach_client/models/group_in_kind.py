from typing import Literal

GroupInKind = Literal["community", "pilot", "working_group"]

GROUP_IN_KIND_VALUES: set[GroupInKind] = {
    "community",
    "pilot",
    "working_group",
}


def check_group_in_kind(value: str) -> GroupInKind:
    if value in GROUP_IN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUP_IN_KIND_VALUES!r}"
    )
