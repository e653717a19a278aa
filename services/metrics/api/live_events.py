"""What the live stream sends, as the OpenAPI document tells it: one event, and the data in it."""

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from shared.web.http import OutputModel


class _AsText:
    """Marks what is sent as a text of JSON.

    pydantic's own `Json` is a text only where it is read.
    """

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": handler(core_schema),
        }


class LiveTotalsView(OutputModel):
    """Five numbers that a person watches."""

    events: int = Field(examples=[48213])
    views: int = Field(examples=[31877])
    interactions: int = Field(examples=[9034])
    contributions: int = Field(examples=[2210])
    ballots: int = Field(examples=[412])


class LiveCountsView(OutputModel):
    """The data of an event: all that was counted, and by how much it has grown."""

    totals: LiveTotalsView
    deltas: LiveTotalsView = Field(description="Since the event before")


class LiveEventView(OutputModel):
    """A server-sent event of the stream: what `EventSource` makes of one."""

    event: Literal["counted"]
    id: str = Field(description="For `Last-Event-ID`", examples=["48213.31877.9034.2210.412"])
    data: Annotated[LiveCountsView, _AsText]
