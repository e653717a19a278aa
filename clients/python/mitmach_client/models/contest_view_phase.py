from typing import Literal

ContestViewPhase = Literal[
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

CONTEST_VIEW_PHASE_VALUES: set[ContestViewPhase] = {
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


def check_contest_view_phase(value: str) -> ContestViewPhase:
    if value in CONTEST_VIEW_PHASE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONTEST_VIEW_PHASE_VALUES!r}"
    )
