"""How long sent events stay in the log: a checkpoint a day says what had been sent by then."""

from datetime import UTC, datetime, timedelta

from shared.delivery.log import LOG
from shared.delivery.mongo import Database
from shared.delivery.relay.sequences import STATE

_CHECKPOINT_EVERY = timedelta(days=1)


async def trim(
    database: Database,
    fence: int,
    sent_through: int,
    retention_days: int,
    *,
    now: datetime | None = None,
) -> int:
    """Notes a checkpoint and deletes log documents that were sent more than `retention_days` ago.

    Args:
        database: The service's database.
        fence: Fencing number of the lease: nothing happens when another leads.
        sent_through: Sequence up to which every event has been acknowledged by now.
        retention_days: How long sent events stay in the log. The clock starts when an event was
            sent, never before.
        now: The time; that of this machine when left out.

    Returns:
        How many log documents were deleted.
    """
    moment = now or datetime.now(UTC)
    state = await database.find_one(STATE, {"_id": STATE, "fence": fence})
    if state is None:
        return 0
    checkpoints = state.get("checkpoints", [])
    if not checkpoints or moment - checkpoints[-1]["at"] >= _CHECKPOINT_EVERY:
        checkpoints.append({"at": moment, "sent_through": sent_through})
    retention = timedelta(days=retention_days)
    old = [checkpoint for checkpoint in checkpoints if moment - checkpoint["at"] > retention]
    kept = checkpoints[max(len(old) - 1, 0) :]
    change = {"q": {"_id": STATE, "fence": fence}, "u": {"$set": {"checkpoints": kept}}}
    await database.update(STATE, [change])
    if not old:
        return 0
    # A document that reaches past the checkpoint stays: only its first sequence is below.
    through = old[-1]["sent_through"]
    newest = await database.find_one(
        LOG, {"first_sequence": {"$lte": through}}, sort=(("first_sequence", -1),)
    )
    if newest is None:
        return 0
    return await database.delete(
        LOG, {"first_sequence": {"$lt": newest["first_sequence"], "$gt": 0}}
    )
