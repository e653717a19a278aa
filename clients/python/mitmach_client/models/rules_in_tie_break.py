from typing import Literal

RulesInTieBreak = Literal["earliest_entry", "shared_rank"]

RULES_IN_TIE_BREAK_VALUES: set[RulesInTieBreak] = {
    "earliest_entry",
    "shared_rank",
}


def check_rules_in_tie_break(value: str) -> RulesInTieBreak:
    if value in RULES_IN_TIE_BREAK_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RULES_IN_TIE_BREAK_VALUES!r}"
    )
