from typing import Literal

MineNowViewReactionType0 = Literal[
    "celebrate", "funny", "insightful", "like", "support", "thanks"
]

MINE_NOW_VIEW_REACTION_TYPE_0_VALUES: set[MineNowViewReactionType0] = {
    "celebrate",
    "funny",
    "insightful",
    "like",
    "support",
    "thanks",
}


def check_mine_now_view_reaction_type_0(value: str) -> MineNowViewReactionType0:
    if value in MINE_NOW_VIEW_REACTION_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MINE_NOW_VIEW_REACTION_TYPE_0_VALUES!r}"
    )
