"""How far the relay is, and setting that back while it runs: sending again on request.

A leader keeps in memory how far it has sent, and stores it after each acknowledgement. So a rewind
also counts up `rewinds`, which everything that the leader stores about its sending must match: a
rewind that comes between an acknowledgement and its mark isn't overwritten by the mark. The leader
then reads its state anew and sends from there; while nothing is to be sent it looks every two
seconds. Readers leave out what they had.
"""

from typing import Any, NamedTuple

from shared.contract.errors import Category, Refusal
from shared.delivery.lease import holder_of
from shared.delivery.log import LOG
from shared.delivery.mongo import Database
from shared.delivery.relay.sequences import STATE, RelayFenced, RelayState, pack

RELAY_LEASE = "relay"


class Rewound(Exception):  # noqa: N818 - an order to start over, not a mistake
    """Somebody wants what was sent to be sent again."""


class NotRetained(Refusal):
    """The log doesn't reach back that far."""

    category = Category.MISSING
    title = "The log doesn't have these events any more"


class NothingSent(Refusal):
    """What is to be sent again was never sent."""

    category = Category.CONFLICT
    title = "These events haven't been sent yet"


class RelayStatus(NamedTuple):
    """How far a service's log was published.

    Attributes:
        fence: Fencing number of the lease that led last.
        holder: Id of the process that leads now; None if nobody does.
        next_sequence: The sequence that the next event without one gets.
        sent_through: Every event up to this sequence has been acknowledged by the broker.
        oldest: The first sequence that the log still has; None if it is empty.
        unnumbered: Number of log documents without sequences.
        lag: Number of events that the broker hasn't acknowledged.
        rewinds: How often the relay was set back.
    """

    fence: int
    holder: str | None
    next_sequence: int
    sent_through: int
    oldest: int | None
    unnumbered: int
    lag: int
    rewinds: int


async def status(database: Database) -> RelayStatus:
    """Reads how far the relay of a service is."""
    state = await database.find_one(STATE, {"_id": STATE}) or {}
    through: int = state.get("sent_through", 0)
    waiting = {"$or": [{"first_sequence": None}, {"first_sequence": {"$gt": through}}]}
    events = {"_id": None, "events": {"$sum": "$count"}}
    lag = await database.aggregate(LOG, [{"$match": waiting}, {"$group": events}])
    oldest = await _nearest(database, {"$gt": 0}, direction=1)
    return RelayStatus(
        fence=state.get("fence", 0),
        holder=await holder_of(database, RELAY_LEASE),
        next_sequence=state.get("next_sequence", 1),
        sent_through=through,
        oldest=None if oldest is None else oldest["first_sequence"],
        unnumbered=await database.count(LOG, {"first_sequence": None}),
        lag=lag[0]["events"] if lag else 0,
        rewinds=state.get("rewinds", 0),
    )


async def rewind(database: Database, start: int | None = None) -> int:
    """Has the relay send again from an event on, whether one runs or not.

    Args:
        database: The service's database.
        start: Sequence of the first event to send; the oldest that is retained when left out.

    Returns:
        The sequence that it begins with: that event's, or an earlier one of the same commit.

    Raises:
        NotRetained: The log begins later.
        NothingSent: It hasn't been sent so far.
    """
    now = await status(database)
    if now.oldest is None:
        raise NotRetained("The log is empty.")
    first = now.oldest if start is None else start
    if first < now.oldest:
        raise NotRetained(f"The log begins with {now.oldest}; nothing before can be sent again.")
    # The relay sends whole documents: it begins where the one that holds this event begins.
    document = await _nearest(database, {"$lte": first, "$gt": 0}, direction=-1)
    if document is None:
        raise NotRetained("The log was cleared while it was read.")
    begin: int = document["first_sequence"]
    back = {"$set": {"sent_through": begin - 1}, "$inc": {"rewinds": 1}}
    sent = {"_id": STATE, "sent_through": {"$gte": first}}
    if (await database.update(STATE, [{"q": sent, "u": back}])).matched != 1:
        raise NothingSent(f"Sent so far is up to {now.sent_through}; what follows will be anyway.")
    return begin


async def check_rewinds(database: Database, known: int) -> None:
    """Looks whether somebody has set the relay back.

    Args:
        database: The service's database.
        known: How many rewinds the leader knows of.

    Raises:
        Rewound: There was another.
    """
    if await database.find_one(STATE, {"_id": STATE, **no_rewind_since(known)}) is None:
        raise Rewound


async def store_sent(database: Database, fence: int, state: RelayState) -> None:
    """Stores how far the leader has sent, unless somebody has set the relay back in between.

    Args:
        database: The service's database.
        fence: Fencing number of the leader's lease.
        state: The leader's state, of which `sent_through`, `bases` and `cluster` are stored.

    Raises:
        Rewound: Somebody has set the relay back.
        RelayFenced: Another relay leads.
    """
    ours = {"_id": STATE, "fence": fence, **no_rewind_since(state.rewinds)}
    sent = {
        "sent_through": state.sent_through,
        "bases": pack(state.bases),
        "cluster": state.cluster,
    }
    if (await database.update(STATE, [{"q": ours, "u": {"$set": sent}}])).matched != 1:
        await check_rewinds(database, state.rewinds)
        raise RelayFenced


def no_rewind_since(known: int) -> dict[str, Any]:
    """The filter that the state matches while there were no more rewinds than `known`."""
    return {"rewinds": known} if known else {"rewinds": {"$in": [None, 0]}}


async def _nearest(
    database: Database, sequence: dict[str, int], *, direction: int
) -> dict[str, Any] | None:
    return await database.find_one(
        LOG,
        {"first_sequence": sequence},
        fields=("first_sequence",),
        sort=(("first_sequence", direction),),
    )
