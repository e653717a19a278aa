from typing import Literal

ReactionInKind = Literal[
    "celebrate", "funny", "insightful", "like", "support", "thanks"
]

REACTION_IN_KIND_VALUES: set[ReactionInKind] = {
    "celebrate",
    "funny",
    "insightful",
    "like",
    "support",
    "thanks",
}


def check_reaction_in_kind(value: str) -> ReactionInKind:
    if value in REACTION_IN_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {REACTION_IN_KIND_VALUES!r}"
    )
