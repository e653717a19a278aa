from typing import Literal

SeenReportViewStatus = Literal["counted", "known", "refused"]

SEEN_REPORT_VIEW_STATUS_VALUES: set[SeenReportViewStatus] = {
    "counted",
    "known",
    "refused",
}


def check_seen_report_view_status(value: str) -> SeenReportViewStatus:
    if value in SEEN_REPORT_VIEW_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SEEN_REPORT_VIEW_STATUS_VALUES!r}"
    )
