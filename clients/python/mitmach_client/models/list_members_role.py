from typing import Literal

ListMembersRole = Literal["member", "moderator", "owner"]

LIST_MEMBERS_ROLE_VALUES: set[ListMembersRole] = {
    "member",
    "moderator",
    "owner",
}


def check_list_members_role(value: str) -> ListMembersRole:
    if value in LIST_MEMBERS_ROLE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_MEMBERS_ROLE_VALUES!r}"
    )
