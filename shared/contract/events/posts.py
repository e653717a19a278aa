"""Events about posts and what people do with them. Emitted by the posts service; keyed by post.

Every one carries the post's place, author, format, kind, topics and time, so that a reader needs no
join; and what only the owner knows inside its transaction, so that a reader needs no memory:

- gross distinct people: sum of `first_view`, of `first_interaction`;
- net distinct interactors of a post: events that begin (`was_interacting` false) minus events that
  end (`still_interacting` false), without the deletion of a comment that was hidden before;
- people, not programs: what says `human`, and posts that say `author_human`.
"""

import msgspec

from shared.contract import aliases
from shared.contract.events.envelope import EventData
from shared.contract.events.naming import Naming
from shared.contract.events.topics import POSTS
from shared.contract.events.vocabulary import (
    ContentStatus,
    Count,
    DeletionReason,
    FlagDecision,
    FlagReason,
    Format,
    Id,
    Moment,
    PersonOrAlias,
    PostKind,
    TagWord,
)


class AboutPost(EventData, frozen=True, kw_only=True):
    """What every event about a post says of the post, as it is after the event.

    Attributes:
        post_id: The post.
        group_id: The group it was published in.
        channel_id: The channel it was published in.
        author: The person who wrote it.
        format: Its kind of content: text, a photo, a link, ...
        kind: The purpose that its author gave it: news, a question, ...
        topics: Its topics, normalised, at most ten.
        published_at: When it became visible.
        author_human: Its author is a human being: what programs publish is in no figure.
    """

    topic = POSTS
    subject_field = "post_id"
    key_field = "post_id"
    naming = Naming(("author",), actor_like=("author",))

    post_id: Id
    group_id: Id
    channel_id: Id
    author: PersonOrAlias
    format: Format
    kind: PostKind
    topics: tuple[TagWord, ...]
    published_at: Moment
    author_human: bool


class PostState(msgspec.Struct, frozen=True, kw_only=True):
    """What of a post can change and figures depend on.

    Attributes:
        format: Its kind of content: text, a photo, a link, ...
        kind: The purpose that its author gave it: news, a question, ...
        topics: Its topics, normalised, at most ten.
    """

    format: Format
    kind: PostKind
    topics: tuple[TagWord, ...]


class PostPublished(AboutPost, frozen=True, kw_only=True):
    """A post became visible, at once or as scheduled. Drafts cause no event.

    Attributes:
        audience_size: People who could see it at this moment, without its author: the denominator
            of its reach.
        scheduled: Published by the clock.
        asks_for_confirmation: Its readers are asked to confirm that they read it.
    """

    type = "mitmach.post.published"

    audience_size: Count
    scheduled: bool
    asks_for_confirmation: bool


class PostEdited(AboutPost, frozen=True, kw_only=True):
    """A post was edited; if only its wording changed, `previous` equals the rest.

    Attributes:
        by_author: Done by its author; else by a moderator.
        previous: The state before.
    """

    type = "mitmach.post.edited"

    by_author: bool
    previous: PostState


class PostHidden(AboutPost, frozen=True, kw_only=True):
    """A post can't be seen any more, until it is restored.

    Attributes:
        by_author: Done by its author; else by a moderator.
        previous: The status before.
    """

    type = "mitmach.post.hidden"

    by_author: bool
    previous: ContentStatus


class PostRestored(AboutPost, frozen=True, kw_only=True):
    """A hidden post can be seen again.

    Attributes:
        by_author: Done by its author; else by a moderator.
        previous: The status before.
    """

    type = "mitmach.post.restored"

    by_author: bool
    previous: ContentStatus


class PostDeleted(AboutPost, frozen=True, kw_only=True):
    """A post is gone, its comments and reactions with it: no event for each of these.

    Attributes:
        reason: Its author deleted it, a moderator did, or its group was deleted: then nobody is the
            actor.
        previous: The status before.
    """

    type = "mitmach.post.deleted"

    reason: DeletionReason
    previous: ContentStatus


class ActOnPost(AboutPost, frozen=True, kw_only=True):
    """What every event says in which a person did something with a post, or took it back.

    Where a moderator takes back what a person did (`comment.hidden`), these are about that person,
    not the moderator.

    Attributes:
        own: They wrote the post, or the comment that they acted on: left out of rates.
        in_audience: They belonged to the post's audience (the members of its group, or all people).
        human: They are a human being: figures leave out what programs do.
    """

    own: bool
    in_audience: bool
    human: bool


class PostViewed(ActOnPost, frozen=True, kw_only=True):
    """A person saw a post; at most once per person, post and UTC day.

    An interaction implies a view and causes no event of this type.

    Attributes:
        first_view: The first of this person of this post.
    """

    type = "mitmach.post.viewed"
    naming = Naming(("author",), actor=aliases.VIEW, actor_like=("author",))

    first_view: bool


class PostReadConfirmed(ActOnPost, frozen=True, kw_only=True):
    """A person confirmed to have read a post that asked for it; once per person and post.

    Attributes:
        first_view: They hadn't seen it before (a confirmation implies a view).
    """

    type = "mitmach.post.read_confirmed"
    naming = Naming(("author",), actor=aliases.VIEW, actor_like=("author",))

    first_view: bool


class Interaction(ActOnPost, frozen=True, kw_only=True):
    """What every event says in which a person interacted with a post.

    Attributes:
        first_view: They hadn't seen the post before (an interaction implies a view).
        first_interaction: The first of this person with this post ever, taken back or not.
        was_interacting: They already had another interaction with the post that wasn't taken back.
    """

    first_view: bool
    first_interaction: bool
    was_interacting: bool


class Retraction(ActOnPost, frozen=True, kw_only=True):
    """What every event says in which an interaction was taken back.

    Attributes:
        still_interacting: The person has another interaction with the post that wasn't taken back.
    """

    still_interacting: bool


class PostShared(Interaction, frozen=True, kw_only=True):
    """A person passed a post on. Shares can't be taken back, so they count as interacting for good.

    Attributes:
        first_share: The first of this person of this post.
        to_group_id: The group it was passed on to; left out: outside of groups, or to one that
            isn't open.
    """

    type = "mitmach.post.shared"
    naming = Naming(("author",), actor=aliases.SHARE, actor_like=("author",))

    first_share: bool
    to_group_id: Id | None = None


class KudosGiven(AboutPost, frozen=True, kw_only=True):
    """A post of kind `kudos` was published: thanks to these people. Follows its `post.published`.

    Attributes:
        receivers: The people who are thanked.
    """

    type = "mitmach.kudos.given"
    naming = Naming(("author", "receivers"), actor_like=("author",))

    receivers: tuple[PersonOrAlias, ...]


class FlagRaised(AboutPost, frozen=True, kw_only=True):
    """A person asked a moderator to look at a post or a comment.

    Attributes:
        flag_id: The flag.
        reason: The reason that the person gave.
        comment_id: The comment that it is about; left out: it is the post.
    """

    type = "mitmach.flag.raised"
    subject_field = "flag_id"
    naming = Naming(("author",), actor=aliases.FLAG)

    flag_id: Id
    reason: FlagReason
    comment_id: Id | None = None


class FlagDecided(AboutPost, frozen=True, kw_only=True):
    """A moderator decided about a flag; what follows is an event of its own (`post.hidden`).

    Attributes:
        flag_id: The flag.
        reason: Why it was raised.
        decision: Whether the post or comment stays, is hidden, or is deleted.
        raised_at: When it was raised.
        comment_id: The comment that it is about; left out: it is the post.
    """

    type = "mitmach.flag.decided"
    subject_field = "flag_id"
    naming = Naming(("author",))

    flag_id: Id
    reason: FlagReason
    decision: FlagDecision
    raised_at: Moment
    comment_id: Id | None = None
