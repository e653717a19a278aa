from typing import Literal

RejectedEntryViewCategory = Literal[
    "copyright", "off_topic", "offensive", "other", "privacy", "rules"
]

REJECTED_ENTRY_VIEW_CATEGORY_VALUES: set[RejectedEntryViewCategory] = {
    "copyright",
    "off_topic",
    "offensive",
    "other",
    "privacy",
    "rules",
}


def check_rejected_entry_view_category(value: str) -> RejectedEntryViewCategory:
    if value in REJECTED_ENTRY_VIEW_CATEGORY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REJECTED_ENTRY_VIEW_CATEGORY_VALUES!r}"
    )
