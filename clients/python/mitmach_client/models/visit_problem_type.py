from typing import Literal

VisitProblemType = Literal[
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:history-closed",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:moment-refused",
    "urn:mitmach:problem:not-allowed",
    "urn:mitmach:problem:not-invited",
    "urn:mitmach:problem:outcome-unknown",
    "urn:mitmach:problem:overloaded",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-id-invalid",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-suspended",
    "urn:mitmach:problem:person-was-erased",
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

VISIT_PROBLEM_TYPE_VALUES: set[VisitProblemType] = {
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:history-closed",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:moment-refused",
    "urn:mitmach:problem:not-allowed",
    "urn:mitmach:problem:not-invited",
    "urn:mitmach:problem:outcome-unknown",
    "urn:mitmach:problem:overloaded",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-id-invalid",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-suspended",
    "urn:mitmach:problem:person-was-erased",
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


def check_visit_problem_type(value: str) -> VisitProblemType:
    if value in VISIT_PROBLEM_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VISIT_PROBLEM_TYPE_VALUES!r}"
    )
