"""Records that a consumer could neither read nor apply: kept byte for byte, with the reason.

letter.py   one of them: its id, and where it came from
topic.py    the topic `dlq.mitmach.<service>`: for whoever watches
ledger.py   the consumer's own record: what becomes of each, and that it takes effect once
"""

from shared.delivery.dead_letters.ledger import (
    COLLECTIONS,
    DEAD_LETTERS,
    LetterState,
    StoredLetter,
    drop_letters,
    find_letters,
    refuse_replay,
    request_replay,
    requested_replays,
    store,
    watched,
)
from shared.delivery.dead_letters.letter import Letter
from shared.delivery.dead_letters.topic import DeadLetterTopic

__all__ = [
    "COLLECTIONS",
    "DEAD_LETTERS",
    "DeadLetterTopic",
    "Letter",
    "LetterState",
    "StoredLetter",
    "drop_letters",
    "find_letters",
    "refuse_replay",
    "request_replay",
    "requested_replays",
    "store",
    "watched",
]
