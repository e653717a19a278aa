"""Records that a consumer could neither read nor apply: kept byte for byte, with the reason.

letter.py        one of them: its id, and where it came from
topic.py         the topic `dlq.mitmach.<service>`: for whoever watches
open_letters.py  which letters of a partition are open, and whether later events overtook them; pure
ledger.py        the consumer's own record: what becomes of each, and that it takes effect once
"""

from shared.delivery.dead_letters.ledger import (
    COLLECTIONS,
    DEAD_LETTERS,
    LetterState,
    StoredLetter,
    drop_letters,
    find_letters,
    forget_letters,
    letters_in_order,
    refuse_replay,
    request_replay,
    requested_replays,
    store_letters,
)
from shared.delivery.dead_letters.letter import Letter, Record
from shared.delivery.dead_letters.open_letters import LetterChanges, OpenLetters
from shared.delivery.dead_letters.topic import DeadLetterTopic

__all__ = [
    "COLLECTIONS",
    "DEAD_LETTERS",
    "DeadLetterTopic",
    "Letter",
    "LetterChanges",
    "LetterState",
    "OpenLetters",
    "Record",
    "StoredLetter",
    "drop_letters",
    "find_letters",
    "forget_letters",
    "letters_in_order",
    "refuse_replay",
    "request_replay",
    "requested_replays",
    "store_letters",
]
