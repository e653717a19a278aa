"""What the metrics service notices and others may act on. Planned: it will emit these."""

from shared.contract.events.envelope import EventData
from shared.contract.events.naming import Naming
from shared.contract.events.topics import INSIGHTS
from shared.contract.events.vocabulary import (
    Code,
    ContributionKind,
    Count,
    GroupKind,
    Id,
    Moment,
    PersonOrAlias,
)


class GroupDormant(EventData, frozen=True, kw_only=True):
    """Nobody contributed to a group for so long that it counts as dormant; once until it revives.

    Attributes:
        group_id: The group.
        group_kind: The kind of the group.
        members: The number of its members.
        silent_days: Complete days without a contribution.
    """

    type = "mitmach.group.dormant"
    topic = INSIGHTS
    subject_field = "group_id"
    key_field = "group_id"
    naming = Naming()

    group_id: Id
    group_kind: GroupKind
    members: Count
    silent_days: Count


class GroupRevived(EventData, frozen=True, kw_only=True):
    """Somebody contributed to a dormant group.

    Attributes:
        group_id: The group.
        group_kind: The kind of the group.
        members: The number of its members.
        silent_days: Complete days without a contribution before.
    """

    type = "mitmach.group.revived"
    topic = INSIGHTS
    subject_field = "group_id"
    key_field = "group_id"
    naming = Naming()

    group_id: Id
    group_kind: GroupKind
    members: Count
    silent_days: Count


class ContributionUnanswered(EventData, frozen=True, kw_only=True):
    """A person's first contribution has had no answer for 24 hours; once per person.

    Attributes:
        contribution_id: The id of the post, comment or entry.
        contribution: Whether it is a post, a comment or a contest entry.
        author: The person who contributed it.
        contributed_at: When it was contributed.
        group_id: The group it was made in.
        post_id: The post, or the one that was commented on; left out for an entry.
    """

    type = "mitmach.contribution.unanswered"
    topic = INSIGHTS
    subject_field = "contribution_id"
    key_field = "contribution_id"
    naming = Naming(("author",), entrants=("author",))

    contribution_id: Id
    contribution: ContributionKind
    author: PersonOrAlias
    contributed_at: Moment
    group_id: Id
    post_id: Id | None = None


class KpiReported(EventData, frozen=True, kw_only=True):
    """One KPI of the hourly snapshot of the catalogue, over all people.

    Attributes:
        kpi: Its name in the catalogue of KPIs.
        definition_version: The version of its definition there.
        window: `7d` or `30d`.
        begins_at: Start of the window, inclusive.
        ends_at: End of the window, exclusive.
        as_of: Time of the latest event that is counted.
        value: Null: the denominator is zero, or suppressed.
        numerator: Null where the formula has none, or suppressed.
        denominator: Null where the formula has none, or suppressed.
        previous: Value of the window before.
        suppressed: Left out because it would be about fewer than five people.
        complete_from: Start of the history, when it isn't complete.
    """

    type = "mitmach.kpi.reported"
    topic = INSIGHTS
    subject_field = "kpi"
    key_field = "kpi"
    naming = Naming()

    kpi: Code
    definition_version: Count
    window: Code
    begins_at: Moment
    ends_at: Moment
    as_of: Moment
    value: float | None
    numerator: float | None
    denominator: float | None
    previous: float | None
    suppressed: bool
    complete_from: Moment | None = None
