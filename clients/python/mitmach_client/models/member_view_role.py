from typing import Literal

MemberViewRole = Literal["member", "moderator", "owner"]

MEMBER_VIEW_ROLE_VALUES: set[MemberViewRole] = {
    "member",
    "moderator",
    "owner",
}


def check_member_view_role(value: str) -> MemberViewRole:
    if value in MEMBER_VIEW_ROLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MEMBER_VIEW_ROLE_VALUES!r}"
    )
