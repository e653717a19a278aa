from typing import Literal

ReadKpiSeriesProblemType = Literal[
    "urn:mitmach:problem:filter-not-possible",
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:no-such-kpi",
    "urn:mitmach:problem:not-allowed",
    "urn:mitmach:problem:not-caught-up",
    "urn:mitmach:problem:not-visible",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-was-erased",
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
    "urn:mitmach:problem:topic-invalid",
    "urn:mitmach:problem:unavailable",
]

READ_KPI_SERIES_PROBLEM_TYPE_VALUES: set[ReadKpiSeriesProblemType] = {
    "urn:mitmach:problem:filter-not-possible",
    "urn:mitmach:problem:header-repeated",
    "urn:mitmach:problem:input-invalid",
    "urn:mitmach:problem:keys-unavailable",
    "urn:mitmach:problem:no-such-kpi",
    "urn:mitmach:problem:not-allowed",
    "urn:mitmach:problem:not-caught-up",
    "urn:mitmach:problem:not-visible",
    "urn:mitmach:problem:person-has-left",
    "urn:mitmach:problem:person-not-active",
    "urn:mitmach:problem:person-was-erased",
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
    "urn:mitmach:problem:topic-invalid",
    "urn:mitmach:problem:unavailable",
}


def check_read_kpi_series_problem_type(value: str) -> ReadKpiSeriesProblemType:
    if value in READ_KPI_SERIES_PROBLEM_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {READ_KPI_SERIES_PROBLEM_TYPE_VALUES!r}"
    )
