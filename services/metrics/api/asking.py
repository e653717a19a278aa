"""What the routes have in common: windows, filters, and who may see which figures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request

from services.metrics.kpis.ground_rules import TRAILING, Window, window
from services.metrics.store.communities import GroupFigures, find_group
from services.metrics.store.kpi_calculator import KpiCalculator
from services.metrics.store.person_numbers import find_number, was_erased
from services.metrics.store.published_posts import PostFilter
from shared.contract.access import (
    MODERATORS,
    Action,
    GroupRole,
    NotVisible,
    Resource,
    Visibility,
    authorize,
)
from shared.contract.errors import Category, Refusal
from shared.contract.principal import Principal
from shared.contract.tags import LONGEST_TAG, normalise_tags
from shared.delivery.mongo import Database
from shared.web.http import FieldError, Id, InputInvalid

EVERYONE = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the routes answer from; found in `request.app.state.current`.

    Attributes:
        database: The service's.
        calculator: Computes KPIs from it.
        clock: UTC.
    """

    database: Database
    calculator: KpiCalculator
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
GroupFilter = Annotated[Id | None, Query(description="Only posts in this group")]
WORD = r"^[a-z_]{1,40}$"
FormatFilter = Annotated[
    str | None, Query(pattern=WORD, description="Only posts of this format", examples=["video"])
]
TopicFilter = Annotated[
    str | None,
    Query(
        max_length=2 * LONGEST_TAG,  # blanks and the like go when it is brought to one spelling
        description="Only posts on this topic, in whatever spelling a post may have it",
        examples=["running", "Remote Work"],
    ),
]


def sources_of(request: Request) -> Sources:
    """What this app answers from now: once per request, so that an answer is of one piece."""
    sources: Sources = request.app.state.current.sources
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


def parse_filter(
    *, group: str | None = None, format: str | None = None, topic: str | None = None
) -> PostFilter:
    """Which posts the filters of a request leave.

    Args:
        group: Id of a group.
        format: A post's format.
        topic: A topic as the caller spells it; posts are counted under one spelling.

    Raises:
        TagInvalid: No post can have this topic.
    """
    return PostFilter(group, format, None if topic is None else normalise_tags([topic])[0])


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Who asks, and what metrics know of them.

    Attributes:
        principal: Of the token.
        number: Theirs in the figures; None for somebody of whom nothing has been counted.
        suspended: Their account is switched off, though the token may still be valid.
    """

    principal: Principal
    number: int | None = None
    suspended: bool = False

    def is_number(self, number: int | None) -> bool:
        """Whether this is the person that a stored number stands for."""
        return number is not None and number == self.number


async def known_caller(sources: Sources, principal: Principal) -> KnownCaller:
    """What is known of who asks. Those who may read every figure needn't be looked up."""
    if not principal.roles.isdisjoint(("analyst", "admin")):
        return KnownCaller(principal)
    number = await find_number(sources.database, principal.pseudonym)
    suspended = number is not None and await sources.calculator.populations.switched_off(number)
    return KnownCaller(principal, number, suspended)


async def admit_to_group(
    sources: Sources, principal: Principal, group_id: str, action: Action
) -> GroupFigures:
    """The figures of a group that this person may see.

    Raises:
        NotVisible: It isn't there, or they may not know of it.
        NotAllowed: They may know of it, but its figures aren't for them.
    """
    group = await find_group(sources.database, group_id)
    everywhere = not principal.roles.isdisjoint(("analyst", "admin"))
    if group is None:
        if not everywhere:
            raise NotVisible
        authorize(principal, action)
        raise NotVisible
    authorize(principal, action, group_facts(group, await known_caller(sources, principal)))
    return group


async def switched_off(sources: Sources, principal: Principal) -> bool:
    """Whether the account of somebody was suspended, left or erased, as far as it has been counted.

    Somebody of whom nothing was ever counted has an account as far as metrics know: programs have,
    and analysts whom the organisation's directory knows and the platform doesn't.
    """
    number = await find_number(sources.database, principal.pseudonym)
    if number is None:
        return await was_erased(sources.database, principal.pseudonym)
    return await sources.calculator.populations.switched_off(number)


def group_facts(group: GroupFigures, caller: KnownCaller) -> Resource:
    """What access to a group's figures depends on.

    Analysts see the figures of every group, also of those whose talk they may not read. Metrics
    know who leads a group and no other member.
    """
    pseudonym = caller.principal.pseudonym
    if "analyst" in caller.principal.roles or group.group_id == EVERYONE:
        visibility = Visibility.OPEN
    else:
        visibility = Visibility(group.visibility)
    role = None
    if pseudonym in group.owners:
        role = GroupRole.OWNER
    elif pseudonym in group.moderators:
        role = GroupRole.MODERATOR
    return Resource(visibility=visibility, role=role, suspended=caller.suspended)


def post_facts(group: GroupFigures | None, author: int | None, caller: KnownCaller) -> Resource:
    """What access to a post's figures depends on.

    Authors see those of their own post wherever it is, also after they have left its group: it is
    theirs, and its figures tell no more than they did before.

    Args:
        group: The post's; None if it is gone, or hasn't been heard of yet.
        author: The author's number.
        caller: Who asks.
    """
    if group is None:
        group_resource = Resource(visibility=Visibility.SECRET, suspended=caller.suspended)
    else:
        group_resource = group_facts(group, caller)
    own = caller.is_number(author)
    everywhere = own or "analyst" in caller.principal.roles
    return replace(
        group_resource,
        visibility=Visibility.OPEN if everywhere else group_resource.visibility,
        content=True,
        own=own,
    )


def contest_facts(
    group: GroupFigures | None, organiser: int | None, caller: KnownCaller
) -> Resource:
    """What access to a contest's figures depends on: who isn't let in learns not even that it is.

    Args:
        group: The contest's; None if it is gone, or hasn't been heard of yet.
        organiser: The number of the person who made it.
        caller: Who asks.
    """
    leads = group is not None and group_facts(group, caller).role in MODERATORS
    return Resource(
        organiser=not caller.suspended and (leads or caller.is_number(organiser)),
        suspended=caller.suspended,
    )
