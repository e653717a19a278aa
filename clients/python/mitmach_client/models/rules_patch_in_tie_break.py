from typing import Literal

RulesPatchInTieBreak = Literal["earliest_entry", "shared_rank"]

RULES_PATCH_IN_TIE_BREAK_VALUES: set[RulesPatchInTieBreak] = {
    "earliest_entry",
    "shared_rank",
}


def check_rules_patch_in_tie_break(value: str) -> RulesPatchInTieBreak:
    if value in RULES_PATCH_IN_TIE_BREAK_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RULES_PATCH_IN_TIE_BREAK_VALUES!r}"
    )
