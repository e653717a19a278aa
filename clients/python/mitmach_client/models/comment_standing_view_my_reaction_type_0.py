from typing import Literal

CommentStandingViewMyReactionType0 = Literal[
    "celebrate", "funny", "insightful", "like", "support", "thanks"
]

COMMENT_STANDING_VIEW_MY_REACTION_TYPE_0_VALUES: set[
    CommentStandingViewMyReactionType0
] = {
    "celebrate",
    "funny",
    "insightful",
    "like",
    "support",
    "thanks",
}


def check_comment_standing_view_my_reaction_type_0(
    value: str,
) -> CommentStandingViewMyReactionType0:
    if value in COMMENT_STANDING_VIEW_MY_REACTION_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {COMMENT_STANDING_VIEW_MY_REACTION_TYPE_0_VALUES!r}"
    )
