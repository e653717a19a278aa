from typing import Literal

PersonViewAccount = Literal["human", "service"]

PERSON_VIEW_ACCOUNT_VALUES: set[PersonViewAccount] = {
    "human",
    "service",
}


def check_person_view_account(value: str) -> PersonViewAccount:
    if value in PERSON_VIEW_ACCOUNT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PERSON_VIEW_ACCOUNT_VALUES!r}"
    )
