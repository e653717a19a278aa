from typing import Literal

RulesViewTieBreak = Literal["earliest_entry", "shared_rank"]

RULES_VIEW_TIE_BREAK_VALUES: set[RulesViewTieBreak] = {
    "earliest_entry",
    "shared_rank",
}


def check_rules_view_tie_break(value: str) -> RulesViewTieBreak:
    if value in RULES_VIEW_TIE_BREAK_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RULES_VIEW_TIE_BREAK_VALUES!r}"
    )
