from typing import Literal

StepViewPhase = Literal[
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

STEP_VIEW_PHASE_VALUES: set[StepViewPhase] = {
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


def check_step_view_phase(value: str) -> StepViewPhase:
    if value in STEP_VIEW_PHASE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {STEP_VIEW_PHASE_VALUES!r}"
    )
