from typing import Literal

InvitingGroupViewVisibility = Literal["closed", "open", "secret"]

INVITING_GROUP_VIEW_VISIBILITY_VALUES: set[InvitingGroupViewVisibility] = {
    "closed",
    "open",
    "secret",
}


def check_inviting_group_view_visibility(value: str) -> InvitingGroupViewVisibility:
    if value in INVITING_GROUP_VIEW_VISIBILITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {INVITING_GROUP_VIEW_VISIBILITY_VALUES!r}"
    )
