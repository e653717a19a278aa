from typing import Literal

AdvanceInTo = Literal["published", "review", "sealed", "submissions", "voting"]

ADVANCE_IN_TO_VALUES: set[AdvanceInTo] = {
    "published",
    "review",
    "sealed",
    "submissions",
    "voting",
}


def check_advance_in_to(value: str) -> AdvanceInTo:
    if value in ADVANCE_IN_TO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ADVANCE_IN_TO_VALUES!r}"
    )
