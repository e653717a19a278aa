"""Acts at their own time: what the headers `Occurred-At`, `Act-As` and `Act-As-Roles` say.

Whoever has the role `importer` may record what has happened before, where the operator allows it.
The request is then served as if it had come at that moment from the one who acted: it is decided by
the same rules. Rates and quotas don't hold for it: they bound what one person does in a day.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from shared.contract.access import Action, authorize, check_standing
from shared.contract.errors import Category, Refusal
from shared.contract.history import ROLES_OF_OTHERS, check_moment
from shared.contract.principal import NOBODY, Claims, Identity, Principal, principal_of
from shared.web.http.context.request import RequestContext
from shared.web.http.context.web import WebContext
from shared.web.http.problems import FieldError, InputInvalid

log = logging.getLogger(__name__)

_READING = frozenset({"GET", "HEAD"})
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_AT, _AS, _ROLES = b"occurred-at", b"act-as", b"act-as-roles"


class HistoryClosed(Refusal):
    """Nothing is recorded here of what has happened before."""

    category = Category.FORBIDDEN
    title = "This installation records no acts of before"

    def __init__(self, detail: str = "Its operator allows it with MITMACH_HISTORY.") -> None:
        super().__init__(detail)


def tells_history(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request says when it happened, or who did it."""
    return _AT in headers or _AS in headers or _ROLES in headers


def check_recorder(web: WebContext, principal: Principal) -> None:
    """Returns if this caller may record acts of others here.

    Raises:
        NotAllowed: They haven't the role for it.
        HistoryClosed: The operator doesn't allow it.
    """
    authorize(principal, Action.RECORD_ACT)
    if not web.history:
        raise HistoryClosed


async def enter_history(context: RequestContext, method: str, path: str) -> None:
    """Makes the request one of the moment and the person that its headers name.

    Raises:
        NotAllowed: As `check_recorder`, with the one below.
        HistoryClosed: The operator doesn't allow it.
        InputInvalid: A header can't be read, or the moment is missing.
        MomentRefused: Nothing can be recorded at this moment.
        PersonNotActive: Whom it acts as isn't active; the others of `check_standing` likewise.
    """
    recorder = context.caller()
    headers = context.headers
    if method not in _WRITING:
        if method not in _READING:
            return  # nothing is served by it: the router says so
        raise _wrong("Occurred-At", "reading happens now: leave it out")
    check_recorder(context.web, recorder)
    moment = _moment(headers.get(_AT))
    roles = read_roles(headers.get(_ROLES, b"").decode("latin-1").replace(",", " ").split())
    person = headers.get(_AS, b"").decode("latin-1").strip().lower()
    if person:
        found = await context.web.people.standings([person])
        principal = acting_as(found.get(person, NOBODY._replace(person_id=person)), roles)
        check_standing(principal, arriving=(method, path) in context.web.arrivals)
    else:
        principal = acting_as(identity_of(recorder), roles)
        context.recorder = own_account(recorder, roles)
    context.moment, context.principal = moment, principal
    log.info(
        "an act of before is recorded",
        extra={"recorder": recorder.person_id, "moment": moment.isoformat(), "acts": 1},
    )


def identity_of(principal: Principal) -> Identity:
    """Whom a caller is, without the roles of their token."""
    return Identity(principal.person_id, principal.standing, principal.human)


def own_account(recorder: Principal, roles: frozenset[str]) -> str:
    """The id of a recorder who does in the name of the organisation what a role allows.

    Their account may be as young as the import: the first people of an organisation would have
    nobody to invite them. Without a role they take part like anybody, and have to have been there.
    """
    return recorder.person_id if roles else ""


def acting_as(identity: Identity, roles: frozenset[str]) -> Principal:
    """Somebody who acts by what is recorded: with no token, and the roles that they had."""
    return principal_of(Claims("", roles, ""), identity)


def read_roles(words: list[str]) -> frozenset[str]:
    """The platform roles that an act is done with.

    Raises:
        InputInvalid: One isn't, or can't be anybody else's.
    """
    roles = frozenset(words)
    if not roles <= ROLES_OF_OTHERS:
        raise _wrong("Act-As-Roles", f"roles are {', '.join(sorted(ROLES_OF_OTHERS))}")
    return roles


def _moment(raw: bytes | None) -> datetime:
    if raw is None:
        raise _wrong("Occurred-At", "say when it happened")
    try:
        moment = datetime.fromisoformat(raw.decode("ascii").strip())
    except ValueError:
        raise _wrong("Occurred-At", "a time as in RFC 3339") from None
    if moment.tzinfo is None:
        raise _wrong("Occurred-At", "a time zone is missing")
    check_moment(moment, datetime.now(UTC))  # before it is converted: not every year can be
    return moment.astimezone(UTC)


def _wrong(header: str, message: str) -> InputInvalid:
    return InputInvalid([FieldError(header, message)])
