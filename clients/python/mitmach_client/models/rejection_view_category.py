from typing import Literal

RejectionViewCategory = Literal[
    "copyright", "off_topic", "offensive", "other", "privacy", "rules"
]

REJECTION_VIEW_CATEGORY_VALUES: set[RejectionViewCategory] = {
    "copyright",
    "off_topic",
    "offensive",
    "other",
    "privacy",
    "rules",
}


def check_rejection_view_category(value: str) -> RejectionViewCategory:
    if value in REJECTION_VIEW_CATEGORY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REJECTION_VIEW_CATEGORY_VALUES!r}"
    )
