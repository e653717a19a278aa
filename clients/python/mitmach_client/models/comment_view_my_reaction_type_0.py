from typing import Literal

CommentViewMyReactionType0 = Literal[
    "celebrate", "funny", "insightful", "like", "support", "thanks"
]

COMMENT_VIEW_MY_REACTION_TYPE_0_VALUES: set[CommentViewMyReactionType0] = {
    "celebrate",
    "funny",
    "insightful",
    "like",
    "support",
    "thanks",
}


def check_comment_view_my_reaction_type_0(value: str) -> CommentViewMyReactionType0:
    if value in COMMENT_VIEW_MY_REACTION_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {COMMENT_VIEW_MY_REACTION_TYPE_0_VALUES!r}"
    )
