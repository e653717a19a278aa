"""Fields of bodies and answers that several modules have: texts, times, example ids."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.contests.domain.rules import LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE
from shared.web.http import AnyText, SomeLine, SomeText

Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), SomeLine]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON), SomeText]
Text = Annotated[str, Field(max_length=LONGEST_TEXT, description="Markdown"), AnyText]

# A time outside of this century is a mistake, and the ends of the calendar can't be moved to UTC.
Time = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
]

A_CONTEST = "01976f3e-7c1a-7d3b-9a52-5d1e0c6b7a10"
AN_ENTRY = "01976f3e-9b2c-7f10-8a41-2c7d9e5f6b31"
ANOTHER_ENTRY = "01976f3f-1d4e-7a22-b3c5-4e8f0a1b2c53"
