from typing import Literal

ListGroupsKind = Literal["community", "everyone", "pilot", "working_group"]

LIST_GROUPS_KIND_VALUES: set[ListGroupsKind] = {
    "community",
    "everyone",
    "pilot",
    "working_group",
}


def check_list_groups_kind(value: str) -> ListGroupsKind:
    if value in LIST_GROUPS_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_GROUPS_KIND_VALUES!r}"
    )
