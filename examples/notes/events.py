"""What the service publishes: one event type on one topic."""

from shared.contract.events.envelope import EventData
from shared.contract.events.topics import TopicPlan

NOTES = "mitmach.notes.v1"

PLAN = TopicPlan(
    NOTES,
    "author",
    partitions=3,
    retention_ms=400 * 24 * 60 * 60 * 1000,
    writer="notes",
    readers=("notes",),
    data_teams=False,  # it says who wrote what; with `naming` it could be for them as well
    description="That somebody wrote a note, never what it says.",
)


class NoteAdded(EventData, frozen=True, kw_only=True):
    """Somebody wrote a note.

    Attributes:
        note_id: The note.
        author: The id of who wrote it.
        length: Characters of its text.
    """

    type = "mitmach.note.added"
    topic = NOTES
    subject_field = "note_id"
    key_field = "author"

    note_id: str
    author: str
    length: int
