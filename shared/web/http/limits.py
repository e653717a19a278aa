"""How fast one person may ask, and how often one network address may come with bad tokens.

Each limit is a bucket that refills at `rate` per second up to `burst`. It is kept as one number
per key: the moment at which the bucket will be full again (the "generic cell rate algorithm"),
so a check is one look-up and a forgotten key is simply a full bucket.

The limits are per process. They protect a process and its neighbours from one client; they are no
quota, and sharing them between replicas would cost a round trip per request.
"""

from shared.runtime.settings import HttpSettings
from shared.web.http.problems import TooManyRequestsAtOnce
from shared.web.http.proxies import Proxies

RATE_LIMIT = b"ratelimit"
# Keys (some 10 MiB) from which on those with a full bucket are dropped.
_MOST_KEYS = 100_000


class RateLimiter:
    """A rate that each key is held to, such as requests of a person.

    Args:
        rate: Requests per second that can be sustained; 0 switches the limit off.
        burst: Requests that a key may send at once.
    """

    __slots__ = ("_full_at", "_next_sweep", "burst", "interval", "on", "span")

    def __init__(self, rate: float, burst: int) -> None:
        self.on = rate > 0
        self.burst = burst
        self.interval = 1 / rate if rate > 0 else 0.0
        self.span = self.interval * burst
        self._full_at: dict[str, float] = {}
        self._next_sweep = _MOST_KEYS

    def spend(self, key: str, now: float, count: int = 1) -> tuple[int, float]:
        """Takes tokens from the key's bucket: as many as asked for, or none.

        Args:
            key: The person or the address whose bucket it is.
            now: Monotonic seconds.
            count: How many tokens, one per request; a bucket never has more than `burst`.

        Returns:
            How many are left, and how many seconds to wait: above 0 means refused, nothing taken.
        """
        full_at = self._full_at.get(key, 0.0)
        full_at = max(full_at, now)
        left = self.span - (full_at + self.interval * count - now)
        if left < -1e-9:
            return 0, -left
        self._full_at[key] = full_at + self.interval * count
        if len(self._full_at) > self._next_sweep:
            self._sweep(now)
        return int(left / self.interval + 1e-6), 0.0

    def header(self, left: int, wait: float) -> tuple[bytes, bytes]:
        """The header `RateLimit` for what `spend` returned to a person."""
        reset = wait or (self.burst - left) * self.interval
        return RATE_LIMIT, b'"person";r=%d;t=%d' % (left, reset + 0.999)

    def _sweep(self, now: float) -> None:
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        # Where all of them are busy, the next look comes only after as many again.
        self._next_sweep = max(_MOST_KEYS, 2 * len(self._full_at))


class ConcurrencyLimit:
    """How many requests of each person are being served, or still sent, at this moment.

    Without it, one person who sends slowly or asks for slow things takes what the process can serve
    from all others.

    Args:
        most: Requests of one person at once; 0 for no limit.
    """

    __slots__ = ("_most", "_taken")

    def __init__(self, most: int) -> None:
        self._most = most or 1 << 62
        self._taken: dict[str, int] = {}

    def acquire(self, key: str) -> None:
        """Counts one request more of this person.

        Raises:
            TooManyRequestsAtOnce: This person has as many as allowed.
        """
        taken = self._taken.get(key, 0)
        if taken >= self._most:
            raise TooManyRequestsAtOnce
        self._taken[key] = taken + 1

    def release(self, key: str) -> None:
        """Counts one request less, unless the key is empty; who has none isn't remembered."""
        if not key:
            return
        left = self._taken[key] - 1
        if left:
            self._taken[key] = left
        else:
            del self._taken[key]


class Limits:
    """The limits of a process.

    Args:
        person: The rate of each person, over all of their requests.
        address: The rate of each network address, for strangers only: requests without a token, or
            with one that is nobody's. Many people may share an address, and a person with a valid
            token has a limit of their own, whatever strangers there have sent.
        body: Bytes of a request's body at most.
        in_flight: Requests of everybody that are served at once at most; above it 503.
        person_in_flight: Requests of one person that are served or sent at once at most; above it
            429; 0 for no limit.
        proxies: The reverse proxies whose word on the client's address counts.
    """

    __slots__ = ("address", "body", "concurrency", "in_flight", "person", "policy", "proxies")

    def __init__(
        self,
        person: RateLimiter,
        address: RateLimiter,
        *,
        body: int,
        in_flight: int,
        person_in_flight: int = 0,
        proxies: Proxies | None = None,
    ) -> None:
        self.proxies = proxies or Proxies()
        self.person = person
        self.address = address
        self.body = body
        self.in_flight = in_flight
        self.concurrency = ConcurrencyLimit(person_in_flight)
        window = max(1, round(person.span)) if person.on else 1
        self.policy = b'"person";q=%d;w=%d' % (person.burst, window)

    @classmethod
    def from_settings(cls, settings: HttpSettings) -> "Limits":
        """The limits that the settings give."""
        return cls(
            RateLimiter(settings.http_person_rate, settings.http_person_burst),
            RateLimiter(settings.http_address_rate, settings.http_address_burst),
            body=settings.http_body_limit,
            in_flight=settings.http_in_flight,
            person_in_flight=settings.http_person_in_flight,
            proxies=Proxies(settings.http_trusted_proxies),
        )
