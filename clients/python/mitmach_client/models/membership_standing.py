from typing import Literal

MembershipStanding = Literal["former", "invited", "member", "requested"]

MEMBERSHIP_STANDING_VALUES: set[MembershipStanding] = {
    "former",
    "invited",
    "member",
    "requested",
}


def check_membership_standing(value: str) -> MembershipStanding:
    if value in MEMBERSHIP_STANDING_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MEMBERSHIP_STANDING_VALUES!r}"
    )
