from typing import Literal

ListContestsPhase = Literal[
    "announced",
    "cancelled",
    "draft",
    "judged",
    "published",
    "review",
    "sealed",
    "submissions",
    "voting",
]

LIST_CONTESTS_PHASE_VALUES: set[ListContestsPhase] = {
    "announced",
    "cancelled",
    "draft",
    "judged",
    "published",
    "review",
    "sealed",
    "submissions",
    "voting",
}


def check_list_contests_phase(value: str) -> ListContestsPhase:
    if value in LIST_CONTESTS_PHASE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_CONTESTS_PHASE_VALUES!r}"
    )
