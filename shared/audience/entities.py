"""People, memberships and groups, as far as other services have to know of them."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from msgspec.structs import replace

from shared.contract.access import GroupRole, Resource, Visibility
from shared.contract.events.vocabulary import PersonStatus, TextsPolicy
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Identity, Standing
from shared.delivery.command import SETTLED, Entity

# The built-in group of all active people. Nobody joins it: being active is the membership.
EVERYONE = "00000000-0000-7000-8000-000000000000"

_BARRED = frozenset({"suspended", "left"})


class Person(Entity, frozen=True, kw_only=True):
    """A person, as services copy them.

    Attributes:
        status: What the last event said; None while nothing but a membership has been heard of.
        human: Not a program with an account: figures about people count only humans.
        number: Which arrival among the active people this is, in the group of everyone; None while
            they aren't `counted`. Who comes back is numbered anew.
        since: When their status was told to have changed last; None where that isn't known.
    """

    collection: ClassVar[str] = "people"
    status: PersonStatus | None = None
    human: bool = True
    number: int | None = None
    since: datetime | None = None

    @property
    def holds_since(self) -> datetime | None:
        """Since when they have this status."""
        return self.since

    @property
    def counted(self) -> bool:
        """Whether they are one of the people whom figures about a group count."""
        return self.status == "active" and self.human


class Login(Entity, frozen=True, kw_only=True):
    """Whom a token leads to; the id is what stands for the subject of the token.

    Attributes:
        person: The person; None for nobody any more.
        standing: Where they stand. Of somebody erased nothing but this stays, so that neither a
            token that is still valid nor a directory that repeats itself brings them back.
        human: Whether the account is a human being's.
        at: When this was written: processes look for what has changed since.
    """

    collection: ClassVar[str] = "logins"
    person: str | None
    standing: Standing
    human: bool = True
    at: datetime

    def recorded(self, moment: datetime, at: datetime) -> "Login":  # noqa: ARG002
        """Written now: processes look for what has changed."""
        return replace(self, at=to_milliseconds(at))

    @property
    def identity(self) -> Identity:
        """Whom it leads to, as APIs ask."""
        return Identity(self.person or "", self.standing, self.human)


class Membership(Entity, frozen=True, kw_only=True):
    """That a person belongs to a group; none for `EVERYONE`, where being active is the membership.

    Attributes:
        group_id: The group.
        person: The id of the person.
        role: Owner, moderator or member.
        number: Which arrival of the group this is. Who comes back is numbered anew.
        since: When they became a member, or got their role; None where that isn't known.
    """

    collection: ClassVar[str] = "memberships"
    group_id: str
    person: str
    role: GroupRole = GroupRole.MEMBER
    number: int
    since: datetime | None = None

    @property
    def holds_since(self) -> datetime | None:
        """Since when they are a member, in this role."""
        return self.since


class Group(Entity, frozen=True, kw_only=True):
    """A group. Until something has been heard of it, it is treated as secret.

    Attributes:
        visibility: How much outsiders see of it.
        archived: Read-only.
        deleted: Gone. It is remembered until all that was in it is gone, too.
        arrivals: The number given to the last who came, or came back; in the group of everyone, to
            the last who became active.
        closed_since: When the service heard last that the group is open no more; None for one that
            it never knew as open.
        members_since: When the last of the changes happened that those who are counted in it have;
            None where that isn't known.
    """

    collection: ClassVar[str] = "groups"
    visibility: Visibility = Visibility.SECRET
    archived: bool = False
    deleted: bool = False
    arrivals: int = 0
    closed_since: datetime | None = None
    members_since: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether everybody sees what is in it, and who made it."""
        return self.visibility is Visibility.OPEN and not self.deleted

    @property
    def scope(self) -> str | None:
        """In which people in there have their aliases; None while it is open: they are named.

        Another one each time that it is closed. What it shows while it is open tells whose the
        aliases of the time before were, and they mustn't go on.
        """
        if self.is_open:
            return None
        since = self.closed_since
        return self.id if since is None else f"{self.id} {since.isoformat()}"

    def may_have_shown(self, made_at: datetime) -> bool:
        """Whether events may have named who made something in it, since it was open after that.

        Args:
            made_at: When that was made. A command that began before the group was closed may still
                make something a moment after it, and name its author.
        """
        closed = self.closed_since
        return closed is not None and made_at < closed + timedelta(seconds=SETTLED)


class ErasedPerson(Entity, frozen=True, kw_only=True):
    """Somebody of whom nothing may be known any more; the id is that of the erasure.

    Attributes:
        person: Their id, until the service has forgotten it; None since.
        texts: What becomes of what they wrote.
        secret: What their one-off ids are made with; None when they are made, so that nobody can
            make them again.
        noted_at: When the service heard of it.
        forgotten_at: When nothing here named them any more; None before.
    """

    collection: ClassVar[str] = "erasures"
    person: str | None
    texts: TextsPolicy
    secret: bytes | None
    noted_at: datetime
    forgotten_at: datetime | None = None

    def alias(self, thing: str) -> str:
        """Under which one-off id something of theirs goes on counting.

        The same for everything of theirs in this thing, however often it is asked: so work that
        was interrupted is taken up as if it hadn't been. Of two things nobody can tell that both
        are one person's.

        Args:
            thing: The id of the thing: a post, a comment, a contest, an entry.
        """
        assert self.secret is not None  # who is forgotten has nothing left
        made = hashlib.blake2b(thing.encode(), key=self.secret, digest_size=16).digest()
        return str(uuid.UUID(bytes=made, version=4))

    def doers(self, thing: str) -> tuple[str, str]:
        """Their own id, and that under which something of theirs goes on counting.

        Args:
            thing: The id of the thing: a post, a comment, a contest, an entry.
        """
        assert self.person is not None  # who is forgotten isn't looked for
        return self.person, self.alias(thing)

    def forgotten(self, now: datetime) -> "ErasedPerson":
        """The erasure when nothing names the person any more."""
        return replace(self, person=None, secret=None, forgotten_at=to_milliseconds(now))


def membership_id(group_id: str, person_id: str) -> str:
    """The id of a person's membership.

    The group's id comes first: it has no colon, so the first one ends it, whatever the person's
    is made of.
    """
    return f"{group_id}:{person_id}"


def is_active(person: Person | None) -> bool:
    """Whether the person takes part in the platform."""
    return person is not None and person.status == "active"


def is_barred(person: Person | None) -> bool:
    """Whether the person was suspended or has left; a token outlives that for a while."""
    return person is not None and person.status in _BARRED


def content_in(
    group_id: str,
    group: Group | None,
    person: Person | None,
    role: GroupRole | None,
    *,
    own: bool = False,
) -> Resource:
    """What access to something in a group depends on, for this person.

    Args:
        group_id: The group that the thing is in.
        group: What is known of that group; None: nothing has been heard of it.
        person: What is known of the person who asks; None: nothing has been heard of them.
        role: What the person is in the group; None: no member.
        own: Whether the thing is this person's.
    """
    everyone = group_id == EVERYONE
    visibility = Visibility.SECRET if group is None else group.visibility
    return Resource(
        visibility=Visibility.OPEN if everyone else visibility,
        content=True,
        everyone=everyone and is_active(person),
        role=role,
        suspended=is_barred(person),
        own=own,
    )
