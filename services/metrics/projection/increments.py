"""What events add to the stored state: plain values that the store writes as increments.

Everything here is added, put into a set, or replaced by what is newer. So nothing has to be loaded
to count, and it doesn't matter where one flush ends and the next begins.
"""

from datetime import date, datetime
from typing import Literal, NamedTuple

import msgspec

from services.metrics.projection.event import PostEvent
from services.metrics.projection.participants import MembershipChange, Participants
from shared.contract.erasures import FORMER_COLLEAGUE

# What organisations tell of people that figures can be narrowed down by.
Attribute = Literal["department", "location"]
Surface = Literal["", "post", "comment", "contest", "changed", "program"]


class TallyKey(NamedTuple):
    """What gross counts are split by: closed vocabularies all of it, so few tallies exist.

    Attributes:
        type: The CloudEvents type, such as `mitmach.reaction.added`.
        kind: The kind of the post, group or account.
        format: The format of the post, or the kind of the contest.
        surface: What was acted on; `changed` for a poll vote that replaces another, `program` for
            whatever a program did: no figure about people counts it.
    """

    type: str
    kind: str = ""
    format: str = ""
    surface: Surface = ""


class PostIncrement(msgspec.Struct, gc=False, kw_only=True):
    """What happened to one post since the last flush.

    Attributes:
        participants: Who takes part on the day that was last heard of, where the post is.
        author_human: Whether its author is a human being: what programs publish is in no KPI.
        facts_changed: Whether it was published or edited: the facts here replace the stored ones.
        author: Its author, where that was told together with the facts: they may
            read its figures.
        facts_said: Sequence of the event that told the facts.
        audience_size: How many people could see it when it was published; None if that wasn't told.
        status: `published`, `hidden` or `deleted`; None if that didn't change.
        status_said: Sequence of the event that changed it.
        counted_until: Seven days after publication; what is named `_7d` counts only before.
        viewed: Views, several per person possible (one per day).
        viewers: Distinct people who viewed it for the first time.
        viewers_own: How many of the viewers are its author: 0 or 1.
        viewers_late: How many of the others came when it was seven days old or older.
        viewers_spill: How many of those who came earlier didn't belong to its audience.
        interactors: Distinct people who began to interact with it, less those who took it all back.
        interactors_7d: The same, as things stood seven days after publication.
        shares: People who passed it on for the first time.
        shares_given: How often it was passed on, for totals of acts.
        comments_7d: Net comments of others, as things stood then.
        reactions_7d: Net reactions of others to the post itself, as things stood then.
        response_told: Sequence of the last event that said which comment answers the post first;
            empty if none did.
        first_response_at: When that comment was written; None if there is none (any more).
    """

    group_id: str
    format: str
    kind: str
    topics: tuple[str, ...]
    published_at: datetime
    counted_until: datetime
    participants: Participants = msgspec.field(default_factory=lambda: Participants(date.min, ""))
    author_human: bool = True
    facts_changed: bool = False
    facts_said: str = ""
    author: str = ""
    audience_size: int | None = None
    status: str | None = None
    status_said: str = ""
    viewed: int = 0
    viewers: int = 0
    viewers_own: int = 0
    viewers_late: int = 0
    viewers_spill: int = 0
    interactors: int = 0
    interactors_7d: int = 0
    comments: int = 0
    replies: int = 0
    comments_gone: int = 0
    reactions: int = 0
    reactions_gone: int = 0
    comment_reactions: int = 0
    comment_reactions_gone: int = 0
    shares: int = 0
    shares_given: int = 0
    poll_votes: int = 0
    poll_votes_changed: int = 0
    poll_votes_gone: int = 0
    comments_7d: int = 0
    reactions_7d: int = 0
    response_told: str = ""
    first_response_at: datetime | None = None


class ToldRole(NamedTuple):
    """The role that somebody has in a group, and since which event.

    Attributes:
        said: Sequence of the event that told it.
        role: `owner` or `moderator`; empty for every other, which metrics needn't know.
    """

    said: str
    role: str


class GroupIncrement(msgspec.Struct, gc=False, kw_only=True):
    """What happened to one group, as far as one partition tells.

    Attributes:
        said: Sequence of the event that told kind and visibility.
        status_said: Sequence of the event that told the status; empty if none did.
        members: Active human members who joined, less those who left.
        roles: By person, who leads it and who did: owners and moderators may read figures.
        posts: Posts that were published, gross; comments and entries are counted likewise.
        contributed_at: When the latest post, comment or entry was made.
    """

    kind: str = ""
    visibility: str = ""
    said: str = ""
    status: str = ""
    status_said: str = ""
    created_at: datetime | None = None
    joined: int = 0
    members: int = 0
    roles: dict[str, ToldRole] = msgspec.field(default_factory=dict)
    posts: int = 0
    comments: int = 0
    entries: int = 0
    contributed_at: datetime | None = None


class ContestIncrement(msgspec.Struct, gc=False, kw_only=True):
    """What happened in one contest: never for what anybody voted before that is public.

    Attributes:
        said: Sequence of the event that told kind, group and phase.
        voters_said: Sequence of the event that told who may vote; empty if none did.
        organiser: Who made it; None if that wasn't told.
        entrants: People who now have an entry that stands, less those who no longer have any.
        late_entrants: People who entered and weren't among the eligible of the announcement, where
            that is told before the results.
        ballots: People who have a ballot.
        deleted: Whether it is gone, with its group.
        results: What the publication of the results opened; None before.
    """

    kind: str = ""
    group_id: str = ""
    phase: str = ""
    said: str = ""
    organiser: str | None = None
    eligible_entrants: int | None = None
    eligible_voters: int | None = None
    voters_said: str = ""
    submitted: int = 0
    withdrawn: int = 0
    accepted: int = 0
    rejected: int = 0
    entrants: int = 0
    late_entrants: int = 0
    deleted: bool = False
    entry_views: int = 0
    ballots: int = 0
    ballots_changed: int = 0
    results: "ContestResults | None" = None


class RankedEntry(msgspec.Struct, frozen=True):
    """An entry in the published ranking. Whose it is, metrics don't keep.

    Attributes:
        entry_id: The id of the entry.
        rank: Its rank, from 1; None where few ballots hide it.
        winner: Whether its rank is 1 and somebody voted for it.
        votes: How many ballots chose it; None where few ballots hide it.
        result: What the ranking goes by; None where few ballots hide it.
        jury_points: Mean points of the jury; None without a jury.
    """

    entry_id: str
    rank: int | None
    winner: bool
    votes: int | None
    result: float | None
    jury_points: float | None = None


class ContestResults(msgspec.Struct, frozen=True, kw_only=True):
    """The published results of a contest, as they were published.

    Attributes:
        entries: Entries that stood.
        entrants: People behind these entries.
        eligible_entrants: How many could enter, also those who came after the announcement.
        few_ballots: Whether there were too few ballots to tell numbers and ranks: those are None.
        ballots: How many people voted.
        votes: Choices on ballots of entries that stood.
        void_votes: Choices on ballots of entries that fell.
        ranking: The entries, best first.
    """

    entries: int
    entrants: int
    eligible_entrants: int
    few_ballots: bool
    ballots: int | None
    votes: int | None
    void_votes: int | None
    ranking: tuple[RankedEntry, ...]


class AccountDay(msgspec.Struct, gc=False):
    """What became of one account on one day; of a program's nothing but the first and the last.

    Attributes:
        program: Whether the account of a program was activated.
        invited: Whether an invitation was sent.
        was_active: Whether it was activated or reinstated at some moment of the day.
        active_after: Whether it was active at the end of the day; None if that didn't change.
        erased: Whether it was erased.
        told: The words of its department and location at the end of the day, by the name of the
            attribute; an empty word stands for none.
        left: Attributes and words that it had earlier on the day, or before.
    """

    program: bool = False
    invited: bool = False
    was_active: bool = False
    active_after: bool | None = None
    erased: bool = False
    told: dict[Attribute, str] = msgspec.field(default_factory=dict)
    left: set[tuple[Attribute, str]] = msgspec.field(default_factory=set)

    def tell(self, attribute: Attribute, word: str, before: str) -> None:
        """Notes that the account has another department or location."""
        self.left |= {(attribute, before), (attribute, self.told.get(attribute, before))}
        self.left.discard((attribute, word))
        self.told[attribute] = word


class PartitionIncrements(msgspec.Struct, kw_only=True):
    """All that one partition's events since the last flush add.

    Attributes:
        tallies: How many events there were of each sort, gross.
        views: First views of a person of a post, by the post's format.
        participants: Who did what where, on which day.
        memberships: Who came into groups and who left them, in order.
        posts: Ids of posts and what happened to them, in order; a post that changed its format in
            between occurs twice.
        groups: What happened to groups, by their ids.
        contests: What happened in contests, by their ids.
        accounts: What became of accounts, by UTC day and person.
        oldest: When the first of those events happened that were published as it happened.
        newest: When the last of them happened.
        recorded: How many were recorded later than they happened.
    """

    tallies: dict[TallyKey, int] = msgspec.field(default_factory=dict)
    views: dict[str, int] = msgspec.field(default_factory=dict)
    participants: list[Participants] = msgspec.field(default_factory=list)
    memberships: list[MembershipChange] = msgspec.field(default_factory=list)
    posts: list[tuple[str, PostIncrement]] = msgspec.field(default_factory=list)
    groups: dict[str, GroupIncrement] = msgspec.field(default_factory=dict)
    contests: dict[str, ContestIncrement] = msgspec.field(default_factory=dict)
    accounts: dict[date, dict[str, AccountDay]] = msgspec.field(default_factory=dict)
    oldest: datetime | None = None
    newest: datetime | None = None
    recorded: int = 0

    def stamp(self, event: PostEvent) -> None:
        """Notes when an event happened; one of before says nothing of how fresh figures are."""
        if event.recordedtime is not None:
            self.recorded += 1
            return
        self.newest = event.time
        if self.oldest is None:
            self.oldest = event.time

    def tally(self, key: TallyKey, count: int = 1) -> None:
        """Counts events of the same sort."""
        self.tallies[key] = self.tallies.get(key, 0) + count

    def group(self, group_id: str) -> GroupIncrement:
        """The increment of a group."""
        found = self.groups.get(group_id)
        if found is None:
            found = self.groups[group_id] = GroupIncrement()
        return found

    def contest(self, contest_id: str) -> ContestIncrement:
        """The increment of a contest."""
        found = self.contests.get(contest_id)
        if found is None:
            found = self.contests[contest_id] = ContestIncrement()
        return found

    def people(self) -> set[str]:
        """Every person, by id or alias, who is stored as a number."""
        named = {post.author for _, post in self.posts if post.facts_changed}
        named |= {contest.organiser or "" for contest in self.contests.values()}
        for participants in self.participants:
            named.update(*participants.people())
        named.update(*self.accounts.values(), (change.member for change in self.memberships))
        named -= {"", FORMER_COLLEAGUE}
        return named

    def documents(self) -> int:
        """How many documents are changed when these increments are written, roughly."""
        return 1 + len(self.groups) + len(self.contests) + 4 * len(self.accounts)
