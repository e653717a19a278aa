"""What acts have to do with each other: what each makes, what it names, and what comes first."""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from mitmach.importing import acts
from mitmach.importing.acts import AnyAct


class Sort(IntEnum):
    """Sorts of things; each has ids of its own."""

    PERSON = 1
    GROUP = 2
    CHANNEL = 3
    POST = 4
    COMMENT = 5


class Made(NamedTuple):
    """A thing that an act makes.

    Attributes:
        sort: The sort of thing that it is.
        id: What the source calls it.
        owner: The thing that it is in: of a channel its group, of a post its channel, of a comment
            its post; empty for people and groups.
    """

    sort: Sort
    id: str
    owner: str = ""


class Named(NamedTuple):
    """A thing that an act can't be without."""

    sort: Sort
    id: str


# Which comes first of acts at the same moment: what others need, before them; what ends something,
# behind everything that it ends. Slack gives reactions the moment of their message, so they often
# share one.
_ORDER: tuple[type[acts.Act], ...] = (
    acts.PersonCame,
    acts.PersonReinstated,
    acts.RolesHeld,
    acts.GroupFounded,
    acts.GroupRestored,
    acts.ChannelCreated,
    acts.MemberJoined,
    acts.PostPublished,
    acts.CommentAdded,
    acts.Edited,
    acts.PostViewed,
    acts.Reacted,
    acts.ReactionTakenBack,
    acts.PostShared,
    acts.Deleted,
    acts.MemberLeft,
    acts.GroupArchived,
    acts.PersonSuspended,
    acts.PersonLeft,
)
_RANKS = {kind: rank for rank, kind in enumerate(_ORDER)}


RANK_OF_ROLES = 10 * _RANKS[acts.RolesHeld]
"""The rank of acts that say which roles somebody holds."""


def rank_of(act: AnyAct) -> int:
    """Where an act comes among others of the same moment."""
    rank = 10 * _RANKS[type(act)]
    if isinstance(act, acts.Edited) and act.post is not None:
        return rank - 11  # before the comments, as they may answer to it
    if isinstance(act, acts.CommentAdded) and act.parent is not None:
        return rank + 1
    if isinstance(act, acts.Deleted):
        # Comments before their post, posts before their group.
        return rank + (0 if act.comment is not None else 1 if act.post is not None else 2)
    return rank


def made_by(act: AnyAct) -> Made | None:
    """The thing that an act makes, if it makes one."""
    match act:
        case acts.PersonCame(id=id):
            return Made(Sort.PERSON, id)
        case acts.GroupFounded(id=id):
            return Made(Sort.GROUP, id)
        case acts.ChannelCreated(id=id, group=group):
            return Made(Sort.CHANNEL, id, group)
        case acts.PostPublished(id=id, channel=channel):
            return Made(Sort.POST, id, channel)
        case acts.CommentAdded(id=id, post=post):
            return Made(Sort.COMMENT, id, post)
        case _:
            return None


_FIELDS = (
    ("by", Sort.PERSON),
    ("person", Sort.PERSON),
    ("group", Sort.GROUP),
    ("to_group", Sort.GROUP),
    ("channel", Sort.CHANNEL),
    ("post", Sort.POST),
    ("comment", Sort.COMMENT),
    ("parent", Sort.COMMENT),
)
_NAMES: dict[type[acts.Act], tuple[tuple[str, Sort], ...]] = {
    kind: tuple((name, sort) for name, sort in _FIELDS if name in kind.__struct_fields__)
    for kind in _RANKS
}
_TARGETS: dict[type[acts.Act], tuple[str, ...]] = {
    acts.Edited: ("post", "comment"),
    acts.Reacted: ("post", "comment"),
    acts.ReactionTakenBack: ("post", "comment"),
    acts.Deleted: ("post", "comment", "group"),
}


def named_by(act: AnyAct) -> Iterator[Named]:
    """The things that an act can't be without."""
    for name, sort in _NAMES[type(act)]:
        named = getattr(act, name)
        if named is not None:
            yield Named(sort, named)


def has_one_target(act: AnyAct) -> bool:
    """Whether an act that is about one of several sorts of things is about exactly one thing."""
    fields = _TARGETS.get(type(act))
    return fields is None or sum(getattr(act, name) is not None for name in fields) == 1


def kind_of(act: AnyAct) -> str:
    """The word of the neutral format for an act's kind."""
    return str(type(act).__struct_config__.tag)
