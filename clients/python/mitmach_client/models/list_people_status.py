from typing import Literal

ListPeopleStatus = Literal["active", "invited", "left", "suspended"]

LIST_PEOPLE_STATUS_VALUES: set[ListPeopleStatus] = {
    "active",
    "invited",
    "left",
    "suspended",
}


def check_list_people_status(value: str) -> ListPeopleStatus:
    if value in LIST_PEOPLE_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_PEOPLE_STATUS_VALUES!r}"
    )
