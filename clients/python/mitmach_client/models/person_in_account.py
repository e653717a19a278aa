from typing import Literal

PersonInAccount = Literal["human", "service"]

PERSON_IN_ACCOUNT_VALUES: set[PersonInAccount] = {
    "human",
    "service",
}


def check_person_in_account(value: str) -> PersonInAccount:
    if value in PERSON_IN_ACCOUNT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PERSON_IN_ACCOUNT_VALUES!r}"
    )
