from typing import Literal

MembershipViewRoleType0 = Literal["member", "moderator", "owner"]

MEMBERSHIP_VIEW_ROLE_TYPE_0_VALUES: set[MembershipViewRoleType0] = {
    "member",
    "moderator",
    "owner",
}


def check_membership_view_role_type_0(value: str) -> MembershipViewRoleType0:
    if value in MEMBERSHIP_VIEW_ROLE_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MEMBERSHIP_VIEW_ROLE_TYPE_0_VALUES!r}"
    )
