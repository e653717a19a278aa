from typing import Literal

InvitingGroupViewKind = Literal["community", "everyone", "pilot", "working_group"]

INVITING_GROUP_VIEW_KIND_VALUES: set[InvitingGroupViewKind] = {
    "community",
    "everyone",
    "pilot",
    "working_group",
}


def check_inviting_group_view_kind(value: str) -> InvitingGroupViewKind:
    if value in INVITING_GROUP_VIEW_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {INVITING_GROUP_VIEW_KIND_VALUES!r}"
    )
