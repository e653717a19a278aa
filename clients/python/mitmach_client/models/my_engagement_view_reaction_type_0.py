from typing import Literal

MyEngagementViewReactionType0 = Literal[
    "celebrate", "funny", "insightful", "like", "support", "thanks"
]

MY_ENGAGEMENT_VIEW_REACTION_TYPE_0_VALUES: set[MyEngagementViewReactionType0] = {
    "celebrate",
    "funny",
    "insightful",
    "like",
    "support",
    "thanks",
}


def check_my_engagement_view_reaction_type_0(
    value: str,
) -> MyEngagementViewReactionType0:
    if value in MY_ENGAGEMENT_VIEW_REACTION_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MY_ENGAGEMENT_VIEW_REACTION_TYPE_0_VALUES!r}"
    )
