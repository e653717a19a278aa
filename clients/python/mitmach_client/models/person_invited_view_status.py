from typing import Literal

PersonInvitedViewStatus = Literal["created", "refused"]

PERSON_INVITED_VIEW_STATUS_VALUES: set[PersonInvitedViewStatus] = {
    "created",
    "refused",
}


def check_person_invited_view_status(value: str) -> PersonInvitedViewStatus:
    if value in PERSON_INVITED_VIEW_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PERSON_INVITED_VIEW_STATUS_VALUES!r}"
    )
