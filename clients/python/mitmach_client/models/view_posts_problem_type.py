from typing import Literal

ViewPostsProblemType = Literal[
    "urn:mitmach:problem:body-malformed",
    "urn:mitmach:problem:body-too-large",
    "urn:mitmach:problem:body-too-slow",
    "urn:mitmach:problem:content-coding-unsupported",
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:media-type-unsupported",
    "urn:mitmach:problem:not-visible",
    "urn:mitmach:problem:outcome-unknown",
    "urn:mitmach:problem:overloaded",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-was-erased",
    "urn:mitmach:problem:text-unreadable",
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

VIEW_POSTS_PROBLEM_TYPE_VALUES: set[ViewPostsProblemType] = {
    "urn:mitmach:problem:body-malformed",
    "urn:mitmach:problem:body-too-large",
    "urn:mitmach:problem:body-too-slow",
    "urn:mitmach:problem:content-coding-unsupported",
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:media-type-unsupported",
    "urn:mitmach:problem:not-visible",
    "urn:mitmach:problem:outcome-unknown",
    "urn:mitmach:problem:overloaded",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-was-erased",
    "urn:mitmach:problem:text-unreadable",
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


def check_view_posts_problem_type(value: str) -> ViewPostsProblemType:
    if value in VIEW_POSTS_PROBLEM_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VIEW_POSTS_PROBLEM_TYPE_VALUES!r}"
    )
