"""What the routes have in common: windows, filters, and who may see which figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request

from services.metrics.kpis.ground_rules import TRAILING, Window, window
from services.metrics.store.catalogue import Catalogue
from services.metrics.store.communities import GroupFigures, one_group
from shared.access import Action, GroupRole, NotVisible, Resource, Visibility, authorize
from shared.errors import Category, Refusal
from shared.http import FieldError, InputInvalid
from shared.http.routes import ID_PATTERN
from shared.identity import Principal
from shared.mongo import Database

EVERYONE = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the routes answer from; found in `request.app.state.shown`.

    Attributes:
        database: The service's.
        catalogue: KPIs.
        clock: UTC.
    """

    database: Database
    catalogue: Catalogue
    clock: Callable[[], datetime]


class NoSuchKpi(Refusal):
    """No KPI has this name."""

    category = Category.MISSING
    title = "There is no such KPI"

    def __init__(self, detail: str = "GET /v1/kpis/definitions names them all.") -> None:
        super().__init__(detail)


class FilterNotPossible(Refusal):
    """This KPI can't be narrowed down in this way."""

    category = Category.INVALID
    title = "The KPI can't be filtered like that"

    def __init__(
        self, detail: str = "GET /v1/kpis/definitions tells each KPI's `filters`; leave others out."
    ) -> None:
        super().__init__(detail)


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
GroupFilter = Annotated[
    str | None, Query(pattern=ID_PATTERN, description="Only posts in this group")
]
WORD = r"^[a-z_]{1,40}$"
FormatFilter = Annotated[
    str | None, Query(pattern=WORD, description="Only posts of this format", examples=["video"])
]
DepartmentFilter = Annotated[
    str | None,
    Query(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$", description="Only people of this department"),
]
TopicFilter = Annotated[
    str | None,
    # Spelt out: engines differ in what they call a blank, and clients have other ones.
    Query(
        pattern=r"^[^\x00-\x20\x7f-\xa0]{1,64}$",
        description="Only posts on this topic",
        examples=["running"],
    ),
]


def sources_of(request: Request) -> Sources:
    """What this app answers from now: once per request, so that an answer is of one piece."""
    sources: Sources = request.app.state.shown.sources
    return sources


def window_of(text: str, now: datetime) -> Window:
    """Reads `?window=`.

    Raises:
        InputInvalid: It is none.
    """
    try:
        return window(text, now.date())
    except ValueError as error:
        raise InputInvalid([FieldError("window", str(error))]) from None


async def admit_to_group(
    database: Database, principal: Principal, group_id: str, action: Action
) -> GroupFigures:
    """The figures of a group that this person may see.

    Raises:
        NotVisible: It isn't there, or they may not know of it.
        NotAllowed: They may know of it, but its figures aren't for them.
    """
    group = await one_group(database, group_id)
    everywhere = not principal.roles.isdisjoint(("analyst", "admin"))
    if group is None:
        if not everywhere:
            raise NotVisible
        authorize(principal, action)
        raise NotVisible
    authorize(principal, action, group_facts(group, principal, content=False))
    return group


def group_facts(group: GroupFigures, principal: Principal, *, content: bool) -> Resource:
    """What access to a group's figures depends on.

    Analysts see the figures of every group, also of those whose talk they may not read. Metrics
    know the owners of groups and no other member.
    """
    if "analyst" in principal.roles or group.group_id == EVERYONE:
        visibility = Visibility.OPEN
    else:
        visibility = Visibility(group.visibility)
    owns = principal.pseudonym in group.owners
    return Resource(visibility=visibility, content=content, role=GroupRole.OWNER if owns else None)
