"""Who asks, whether they may, and whether they ask too often: before anything else.

People and strangers have separate budgets. A person's is found by who they are; a stranger's by
their address, and it is asked only once somebody turned out to be a stranger.
"""

from collections.abc import Callable

from starlette.types import Scope

from shared.contract.access import check_standing
from shared.contract.history import RECORDER
from shared.contract.principal import Claims, Principal, Standing
from shared.delivery.consistency import HEADER, ConsistencyTokenInvalid, read_tokens
from shared.web.http.context import SCOPE, RequestContext, WebContext
from shared.web.http.problems import FieldError, InputInvalid, TooManyRequests
from shared.web.identity import TokenExpired, TokenInvalid, TokenMissing, TokenNotYetValid


class Admission:
    """Lets people in, and counts everybody.

    Args:
        web: What the routes share; the verifier and the limits are asked here.
        clock: Monotonic seconds.
    """

    def __init__(self, web: WebContext, clock: Callable[[], float]) -> None:
        self._web = web
        self._clock = clock

    def recall(self, context: RequestContext) -> Principal | None:
        """The caller, if their token was seen before; the token is noted in any case."""
        claims = self._recall_claims(context)
        return None if claims is None else self._web.people.recall(claims)

    def _recall_claims(self, context: RequestContext) -> Claims | None:
        authorization = context.headers.get(b"authorization", b"")
        if authorization[:7].lower() != b"bearer ":
            return None
        # One blank or more after the scheme, and perhaps some at the end (RFC 9110, 11.4).
        context.token = authorization[7:].strip(b" \t").decode("latin-1")
        return self._web.verifier.recall(context.token)

    async def sign_in(self, scope: Scope, context: RequestContext) -> Principal:
        """The caller whom `recall` doesn't know.

        Raises:
            TokenMissing: There is no token.
            TokenInvalid: The token is nobody's.
            TooManyRequests: Too many like these have come from this address.
            Unavailable: Whose it is can't be found out now.
        """
        if context.token:
            return await self._web.people.find(await self._authenticate(scope, context.token))
        self._count_stranger(scope)
        raise TokenMissing

    def admit(self, principal: Principal, scope: Scope, context: RequestContext) -> None:
        """Takes a request from the caller's budget, and a place among those being served.

        Raises:
            PersonNotActive: They aren't active yet, and this isn't how they would become it.
            PersonHasLeft: They were active.
            PersonWasErased: Nobody is known any more.
            TooManyRequests: The caller asks too often.
            TooManyRequestsAtOnce: Too many of their requests aren't answered yet.
        """
        context.principal = principal
        self._count(principal.login, principal.roles, context)
        self._check(principal, scope)

    async def admit_reader(self, scope: Scope, context: RequestContext, header: bytes) -> None:
        """Lets somebody in who has written elsewhere, once this service has heard of it.

        In this order: nobody but the owner of a token makes the process wait, their request counts
        as one of theirs meanwhile, and what is known of them is read after it.

        Args:
            scope: That of the request.
            context: Likewise.
            header: The Consistency-Token that the request has brought.

        Raises:
            TokenMissing: As `sign_in`, with the two below.
            TokenInvalid: The token is nobody's.
            Unavailable: Whose it is can't be found out now.
            InputInvalid: The Consistency-Token is none.
            NotCaughtUp: The service hasn't heard of it in time.
            TooManyRequests: As `admit`, with the four below.
            TooManyRequestsAtOnce: Too many of their requests aren't answered yet.
            PersonNotActive: They aren't active yet.
            PersonHasLeft: They were active.
            PersonWasErased: Nobody is known any more.
        """
        claims = self._recall_claims(context)
        if claims is None:
            if not context.token:
                self._count_stranger(scope)
                raise TokenMissing
            claims = await self._authenticate(scope, context.token)
        self._count(claims.login, claims.roles, context)
        try:
            context.brought = tokens = read_tokens(header)
        except ConsistencyTokenInvalid as malformed:
            raise InputInvalid([FieldError(HEADER, str(malformed))]) from None
        people = self._web.people
        if self._web.copies is not None:
            people.forget(claims, await self._web.copies.wait(tokens))
        principal = context.principal = people.recall(claims) or await people.find(claims)
        self._check(principal, scope)

    def _count(self, login: str, roles: frozenset[str], context: RequestContext) -> None:
        """Takes a request from a budget, and a place among those being served."""
        limits = self._web.limits
        if limits.person.on and not (self._web.history and RECORDER in roles):
            now = context.admitted_at = self._clock()
            left, wait = limits.person.spend(login, now)
            context.answer_headers.append(limits.person.header(left, wait))
            if wait:
                context.answer_headers.append((b"ratelimit-policy", limits.policy))
                raise TooManyRequests(wait)
        limits.concurrency.acquire(login)
        context.in_flight_key = login

    async def ask_again(self, scope: Scope, context: RequestContext) -> None:
        """Asks who the caller is now: what they send has taken a while.

        Raises:
            TokenInvalid: The token has expired meanwhile, or its key is gone.
            PersonNotActive: As `admit`, with the two below.
            PersonHasLeft: They have left meanwhile.
            PersonWasErased: They were erased meanwhile.
            Unavailable: Who it is can't be found out now.
        """
        principal = self.recall(context) or await self.sign_in(scope, context)
        context.principal = principal
        self._check(principal, scope)

    def _check(self, principal: Principal, scope: Scope) -> None:
        if principal.standing is not Standing.ACTIVE:
            arriving = (scope["method"], scope["path"]) in self._web.arrivals
            check_standing(principal, arriving=arriving)

    async def _authenticate(self, scope: Scope, token: str) -> Claims:
        """What a token says that wasn't seen before: it is judged whatever others have done.

        Strangers have a budget per address, and people one of their own. So the address is asked
        only about a token that turned out to be nobody's: however many bad ones came from there, a
        person with a good one gets in. What a flood of forged tokens costs is said where signatures
        are checked (`shared/web/identity/tokens.py`).

        Raises:
            TokenExpired: It was a person's; no stranger, so nothing is counted.
            TokenNotYetValid: Its time hasn't come; nothing is counted either.
            TokenInvalid: It is nobody's.
            TooManyRequests: It is nobody's, and its address has sent too many of those.
        """
        try:
            return await self._web.verifier.authenticate(token)
        except (TokenExpired, TokenNotYetValid):
            raise  # told to wait instead, a client wouldn't know that it has to sign in again
        except TokenInvalid:
            self._count_stranger(scope)
            raise

    def _count_stranger(self, scope: Scope) -> None:
        limiter = self._web.limits.address
        if limiter.on:
            _, wait = limiter.spend(self._address(scope), self._clock())
            if wait:
                raise TooManyRequests(wait)

    def _address(self, scope: Scope) -> str:
        context: RequestContext = scope[SCOPE]
        return self._web.limits.proxies.client(scope, context.headers)
