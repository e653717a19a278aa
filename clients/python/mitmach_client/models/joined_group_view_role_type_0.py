from typing import Literal

JoinedGroupViewRoleType0 = Literal["member", "moderator", "owner"]

JOINED_GROUP_VIEW_ROLE_TYPE_0_VALUES: set[JoinedGroupViewRoleType0] = {
    "member",
    "moderator",
    "owner",
}


def check_joined_group_view_role_type_0(value: str) -> JoinedGroupViewRoleType0:
    if value in JOINED_GROUP_VIEW_ROLE_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {JOINED_GROUP_VIEW_ROLE_TYPE_0_VALUES!r}"
    )
