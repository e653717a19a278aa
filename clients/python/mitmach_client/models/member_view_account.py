from typing import Literal

MemberViewAccount = Literal["human", "service"]

MEMBER_VIEW_ACCOUNT_VALUES: set[MemberViewAccount] = {
    "human",
    "service",
}


def check_member_view_account(value: str) -> MemberViewAccount:
    if value in MEMBER_VIEW_ACCOUNT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MEMBER_VIEW_ACCOUNT_VALUES!r}"
    )
