from typing import Literal

EntryViewStatusType0 = Literal["accepted", "rejected", "submitted"]

ENTRY_VIEW_STATUS_TYPE_0_VALUES: set[EntryViewStatusType0] = {
    "accepted",
    "rejected",
    "submitted",
}


def check_entry_view_status_type_0(value: str) -> EntryViewStatusType0:
    if value in ENTRY_VIEW_STATUS_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ENTRY_VIEW_STATUS_TYPE_0_VALUES!r}"
    )
