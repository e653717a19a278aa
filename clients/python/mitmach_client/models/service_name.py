from typing import Literal

ServiceName = Literal["contests", "groups", "metrics", "posts"]

SERVICE_NAME_VALUES: set[ServiceName] = {
    "contests",
    "groups",
    "metrics",
    "posts",
}


def check_service_name(value: str) -> ServiceName:
    if value in SERVICE_NAME_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SERVICE_NAME_VALUES!r}"
    )
