"""Events about contests and their entries. Emitted by the contests service; keyed by contest."""

from typing import ClassVar

import msgspec

from shared.contract import aliases
from shared.contract.events.envelope import EventData
from shared.contract.events.naming import Naming
from shared.contract.events.topics import CONTESTS
from shared.contract.events.vocabulary import (
    CancelReason,
    ContestDeletion,
    ContestKind,
    Count,
    DecidedBy,
    EntryStatus,
    Id,
    Moment,
    PersonOrAlias,
    Phase,
    RejectionCategory,
)

_ENTRANT = ("entrant",)


class AboutContest(EventData, frozen=True, kw_only=True):
    """What every event about a contest says.

    Attributes:
        contest_id: The contest.
        kind: The kind of entries: photos, videos, ideas or texts.
        group_id: The group that it is for; the group of all people if it is for everyone.
        phase: Where it stands (for `contest.phase_changed`: after it).
    """

    topic = CONTESTS
    subject_field = "contest_id"
    key_field = "contest_id"
    naming: ClassVar[Naming | None] = Naming()

    contest_id: Id
    kind: ContestKind
    group_id: Id
    phase: Phase


class ContestSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """When each phase begins; null: by hand, or not planned.

    Attributes:
        submissions_at: Entries can be submitted.
        review_at: Entries are closed and reviewed.
        voting_at: Ballots can be cast.
        sealed_at: Ballots are closed and counted.
        judged_at: The jury's scores are complete.
        published_at: The results are public.
    """

    submissions_at: Moment | None
    review_at: Moment | None
    voting_at: Moment | None
    sealed_at: Moment | None
    judged_at: Moment | None
    published_at: Moment | None


class ContestAnnounced(AboutContest, frozen=True, kw_only=True):
    """A contest was announced; its rules are fixed from now on. Drafts cause no event.

    Attributes:
        schedule: When each phase begins.
        decided_by: Public vote, jury, or both weighted.
        eligible_entrants: People who may enter, at this moment. Those who come later and enter are
            further ones: `results.published` counts them.
        eligible_voters: People who could vote, at this moment; fixed when the vote begins.
        most_entries: Entries of a person at most.
        fewest_votes: Choices on a ballot at least.
        most_votes: Choices on a ballot at most.
        masked: Entrants are shown anonymously until the results are published.
        organiser: Who made it; those who lead its group organise it too.
    """

    type = "mitmach.contest.announced"
    naming = Naming(("organiser",))

    schedule: ContestSchedule
    decided_by: DecidedBy
    eligible_entrants: Count
    eligible_voters: Count
    most_entries: Count
    fewest_votes: Count
    most_votes: Count
    masked: bool
    organiser: PersonOrAlias


class ContestChanged(AboutContest, frozen=True, kw_only=True):
    """A contest's description or schedule changed after its announcement.

    Attributes:
        schedule: When each phase begins now.
        previous: When each phase was to begin before.
    """

    type = "mitmach.contest.changed"

    schedule: ContestSchedule
    previous: ContestSchedule


class ContestPhaseChanged(AboutContest, frozen=True, kw_only=True):
    """A contest entered another phase.

    With `published` comes `results.published`; `cancelled` is an event of its own.

    Attributes:
        previous: The phase before.
        automatic: By the clock; else by an organiser.
        eligible_voters: People who may vote: fixed in the moment at which the phase `voting`
            begins; until then as the announcement said.
    """

    type = "mitmach.contest.phase_changed"

    previous: Phase
    automatic: bool
    eligible_voters: Count


class ContestCancelled(AboutContest, frozen=True, kw_only=True):
    """A contest won't be finished; what was sealed stays sealed.

    Attributes:
        previous: The phase before.
        reason: Why; with any other than `organiser` nobody did it but the clock.
    """

    type = "mitmach.contest.cancelled"

    previous: Phase
    reason: CancelReason


class ContestDeleted(AboutContest, frozen=True, kw_only=True):
    """A contest is gone: its entries, their views, its ballots and its result with it.

    No event for each of these. `phase` is where it stood.

    Attributes:
        reason: What made the platform delete it.
    """

    type = "mitmach.contest.deleted"

    reason: ContestDeletion


class AboutEntry(AboutContest, frozen=True, kw_only=True):
    """What every event about an entry says.

    Attributes:
        entry_id: The entry.
        entrant: The person who entered it.
        human: The person whose act it is, or whose entry was reviewed, is a human being. Programs
            can't enter; they may view entries.
    """

    subject_field = "entry_id"
    # Of an entry the API shows nothing before it was accepted, and nothing once it doesn't stand.
    naming = Naming(_ENTRANT, entrants=_ENTRANT, masked=True, actor_like=_ENTRANT)

    entry_id: Id
    entrant: PersonOrAlias
    human: bool


class EntrySubmitted(AboutEntry, frozen=True, kw_only=True):
    """A person entered something.

    Attributes:
        first_entry: The first of this person in this contest ever, withdrawn or not.
        was_entered: They have another entry in it that stands.
        joined_later: They weren't among the eligible entrants of the announcement. Told only in a
            contest that neither masks nor reviews, else false: since when somebody is a member, a
            group shows, and with that who has entered.
    """

    type = "mitmach.entry.submitted"

    first_entry: bool
    was_entered: bool
    joined_later: bool


class EntryWithdrawn(AboutEntry, frozen=True, kw_only=True):
    """An entry was withdrawn by its entrant.

    Attributes:
        previous: The status before. A rejected one didn't stand any more.
        still_entered: They have another entry that stands.
    """

    type = "mitmach.entry.withdrawn"

    previous: EntryStatus
    still_entered: bool


class EntryAccepted(AboutEntry, frozen=True, kw_only=True):
    """An entry passed the review.

    Attributes:
        previous: The status before.
        was_entered: The entrant has another entry that stands.
    """

    type = "mitmach.entry.accepted"
    naming = Naming(_ENTRANT, entrants=_ENTRANT)

    previous: EntryStatus
    was_entered: bool


class EntryRejected(AboutEntry, frozen=True, kw_only=True):
    """An entry didn't pass the review, or was thrown out of the vote (then the phase is `voting`).

    Attributes:
        category: The reason, in a word.
        previous: The status before.
        still_entered: The entrant has another entry that stands.
    """

    type = "mitmach.entry.rejected"
    naming = Naming(_ENTRANT, entrants=_ENTRANT, masked=True)

    category: RejectionCategory
    previous: EntryStatus
    still_entered: bool


class EntryViewed(AboutEntry, frozen=True, kw_only=True):
    """A person saw an entry; at most once per person, entry and UTC day.

    Attributes:
        own: It is their own.
        in_audience: They belong to the people that the contest is for.
        first_view: The first of this person of this entry.
    """

    type = "mitmach.entry.viewed"
    naming = Naming(_ENTRANT, entrants=_ENTRANT, actor=aliases.VIEW, actor_like=_ENTRANT)

    own: bool
    in_audience: bool
    first_view: bool
