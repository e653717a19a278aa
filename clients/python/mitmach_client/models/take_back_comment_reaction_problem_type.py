from typing import Literal

TakeBackCommentReactionProblemType = Literal[
    "urn:mitmach:problem:comment-deleted",
    "urn:mitmach:problem:comment-not-found",
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:history-closed",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:moment-refused",
    "urn:mitmach:problem:not-allowed",
    "urn:mitmach:problem:not-caught-up",
    "urn:mitmach:problem:not-visible",
    "urn:mitmach:problem:outcome-unknown",
    "urn:mitmach:problem:overloaded",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-suspended",
    "urn:mitmach:problem:person-was-erased",
    "urn:mitmach:problem:post-deleted",
    "urn:mitmach:problem:recorded-too-late",
    "urn:mitmach:problem:token-algorithm-refused",
    "urn:mitmach:problem:token-claim-invalid",
    "urn:mitmach:problem:token-claim-missing",
    "urn:mitmach:problem:token-expired",
    "urn:mitmach:problem:token-for-others",
    "urn:mitmach:problem:token-forged",
    "urn:mitmach:problem:token-from-elsewhere",
    "urn:mitmach:problem:token-header-refused",
    "urn:mitmach:problem:token-invalid",
    "urn:mitmach:problem:token-key-unknown",
    "urn:mitmach:problem:token-missing",
    "urn:mitmach:problem:token-not-yet-valid",
    "urn:mitmach:problem:token-of-wrong-type",
    "urn:mitmach:problem:too-busy",
    "urn:mitmach:problem:too-many-requests",
    "urn:mitmach:problem:too-many-requests-at-once",
    "urn:mitmach:problem:unavailable",
]

TAKE_BACK_COMMENT_REACTION_PROBLEM_TYPE_VALUES: set[
    TakeBackCommentReactionProblemType
] = {
    "urn:mitmach:problem:comment-deleted",
    "urn:mitmach:problem:comment-not-found",
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:history-closed",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:moment-refused",
    "urn:mitmach:problem:not-allowed",
    "urn:mitmach:problem:not-caught-up",
    "urn:mitmach:problem:not-visible",
    "urn:mitmach:problem:outcome-unknown",
    "urn:mitmach:problem:overloaded",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-suspended",
    "urn:mitmach:problem:person-was-erased",
    "urn:mitmach:problem:post-deleted",
    "urn:mitmach:problem:recorded-too-late",
    "urn:mitmach:problem:token-algorithm-refused",
    "urn:mitmach:problem:token-claim-invalid",
    "urn:mitmach:problem:token-claim-missing",
    "urn:mitmach:problem:token-expired",
    "urn:mitmach:problem:token-for-others",
    "urn:mitmach:problem:token-forged",
    "urn:mitmach:problem:token-from-elsewhere",
    "urn:mitmach:problem:token-header-refused",
    "urn:mitmach:problem:token-invalid",
    "urn:mitmach:problem:token-key-unknown",
    "urn:mitmach:problem:token-missing",
    "urn:mitmach:problem:token-not-yet-valid",
    "urn:mitmach:problem:token-of-wrong-type",
    "urn:mitmach:problem:too-busy",
    "urn:mitmach:problem:too-many-requests",
    "urn:mitmach:problem:too-many-requests-at-once",
    "urn:mitmach:problem:unavailable",
}


def check_take_back_comment_reaction_problem_type(
    value: str,
) -> TakeBackCommentReactionProblemType:
    if value in TAKE_BACK_COMMENT_REACTION_PROBLEM_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TAKE_BACK_COMMENT_REACTION_PROBLEM_TYPE_VALUES!r}"
    )
