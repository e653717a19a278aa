from typing import Literal

GroupFiguresViewState = Literal["alive", "at_risk", "dormant"]

GROUP_FIGURES_VIEW_STATE_VALUES: set[GroupFiguresViewState] = {
    "alive",
    "at_risk",
    "dormant",
}


def check_group_figures_view_state(value: str) -> GroupFiguresViewState:
    if value in GROUP_FIGURES_VIEW_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {GROUP_FIGURES_VIEW_STATE_VALUES!r}"
    )
