"""Query parameters that several routes have: windows and filters."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.windows import TRAILING, Window, parse_window
from shared.contract.tags import LONGEST_TAG, normalise_tags
from shared.web.http import FieldError, Id, InputInvalid

WindowText = Annotated[
    str,
    Query(
        alias="window",
        max_length=21,
        description="`7d` and `30d` are complete days and end with yesterday; or `FROM/TO` as"
        " dates, TO excluded. TO may be tomorrow: the answer is provisional then",
        examples=[*TRAILING, "2026-11-01/2026-11-08"],
    ),
]
GroupFilter = Annotated[Id | None, Query(description="Only posts in this group")]
# What departments look like; the organisation lists them.
DEPARTMENT = r"^[a-z0-9][a-z0-9_.-]{0,63}$"
# What names of formats and KPIs look like.
WORD = r"^[a-z_]{1,40}$"
FormatFilter = Annotated[
    str | None, Query(pattern=WORD, description="Only posts of this format", examples=["video"])
]
TopicFilter = Annotated[
    str | None,
    Query(
        # Blanks and the like go when a topic is brought to one spelling.
        max_length=2 * LONGEST_TAG,
        description="Only posts on this topic, in whatever spelling a post may have it",
        examples=["running", "Remote Work"],
    ),
]
DepartmentFilter = Annotated[
    str | None,
    Query(
        pattern=DEPARTMENT,
        description="Only people of this department, each day those who were in it",
        examples=["sales"],
    ),
]


def requested_window(text: str, now: datetime) -> Window:
    """The window that `?window=` names.

    Args:
        text: `7d`, `30d` or `FROM/TO`.
        now: UTC; its day is today.

    Raises:
        InputInvalid: The text names no window, or one that can't be answered.
    """
    try:
        return parse_window(text, now.date())
    except ValueError as error:
        raise InputInvalid([FieldError("window", str(error))]) from None


def requested_filters(
    *,
    group: str | None = None,
    format: str | None = None,
    topic: str | None = None,
    department: str | None = None,
) -> Filters:
    """What the filters of a request leave.

    Args:
        group: The id of a group; None for posts in any.
        format: A format, such as `video`; None for all.
        topic: A topic as the caller spells it, brought to the one spelling that posts are counted
            under; None for all.
        department: A department; None for all.

    Raises:
        TagInvalid: No post can have this topic.
    """
    spelled = None if topic is None else normalise_tags([topic])[0]
    return Filters(group, format, spelled, department)
