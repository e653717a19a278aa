from typing import Literal

MyMembershipViewRoleType0 = Literal["member", "moderator", "owner"]

MY_MEMBERSHIP_VIEW_ROLE_TYPE_0_VALUES: set[MyMembershipViewRoleType0] = {
    "member",
    "moderator",
    "owner",
}


def check_my_membership_view_role_type_0(value: str) -> MyMembershipViewRoleType0:
    if value in MY_MEMBERSHIP_VIEW_ROLE_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MY_MEMBERSHIP_VIEW_ROLE_TYPE_0_VALUES!r}"
    )
