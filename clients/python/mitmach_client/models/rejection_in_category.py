from typing import Literal

RejectionInCategory = Literal[
    "copyright", "off_topic", "offensive", "other", "privacy", "rules"
]

REJECTION_IN_CATEGORY_VALUES: set[RejectionInCategory] = {
    "copyright",
    "off_topic",
    "offensive",
    "other",
    "privacy",
    "rules",
}


def check_rejection_in_category(value: str) -> RejectionInCategory:
    if value in REJECTION_IN_CATEGORY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REJECTION_IN_CATEGORY_VALUES!r}"
    )
