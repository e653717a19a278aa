"""What the events since the last flush say of people, memberships and groups."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self

import msgspec

from shared.audience.entities import Group, membership_id
from shared.contract.access import GroupRole, Visibility
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    AboutGroup,
    GroupArchived,
    GroupDeleted,
    GroupRestored,
    MembershipJoined,
    MembershipLeft,
    MembershipRemoved,
    MembershipRoleChanged,
)
from shared.contract.events.logins import LoginTold
from shared.contract.events.people import (
    AboutAccount,
    PersonActivated,
    PersonErased,
    PersonInvited,
    PersonLeft,
    PersonReinstated,
    PersonSuspended,
)
from shared.contract.events.vocabulary import PersonStatus
from shared.contract.moments import to_milliseconds


class Account(NamedTuple):
    """What an event says of a person's account.

    Attributes:
        status: The status since.
        human: Whether it is a human being's, not a program's.
    """

    status: PersonStatus
    human: bool


class AudienceNews(msgspec.Struct):
    """The last word of some events about each person, membership and group.

    Every event says how things are now, so to hear one twice changes nothing.

    Attributes:
        logins: By login.
        accounts: By person id; None: the person was erased, and nothing may be known of them.
        roles: By person id, then by group; None: the membership has ended.
        groups: By group, those of the fields of `Group` that events have told, as they are stored.
        erasures: By erasure, who was erased.
        told_at: When the last told change of an account (by person id) and of a membership (by its
            id) happened.
        ended: The ids of memberships that have ended, with when; who came back has joined since.
        moment: When the event that is added happened; None where nobody says so.
    """

    logins: dict[str, LoginTold] = msgspec.field(default_factory=dict)
    accounts: dict[str, Account | None] = msgspec.field(default_factory=dict)
    roles: dict[str, dict[str, GroupRole | None]] = msgspec.field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    erasures: dict[str, PersonErased] = msgspec.field(default_factory=dict)
    told_at: dict[str, datetime] = msgspec.field(default_factory=dict)
    ended: dict[str, datetime | None] = msgspec.field(default_factory=dict)
    moment: datetime | None = None

    def apply(self, data: EventData) -> None:
        """Adds one event; most mean nothing here."""
        if isinstance(data, AboutGroup):
            self._apply_to_group(data)
        elif isinstance(data, LoginTold):
            self.logins[data.login] = data
        elif isinstance(data, PersonErased):
            self.accounts[data.person] = None
            self.erasures[data.erasure] = data
        elif isinstance(data, AboutAccount) and (status := _status_told(data)) is not None:
            self.accounts[data.person] = Account(status, data.account == "human")
            self._note(data.person)

    def _apply_to_group(self, data: AboutGroup) -> None:
        fields = self.groups.setdefault(data.group_id, {})
        fields["visibility"] = data.visibility
        match data:
            case MembershipJoined() | MembershipRoleChanged():
                self._roles_of(data.member)[data.group_id] = GroupRole(data.role)
                self._note(membership_id(data.group_id, data.member))
            case MembershipLeft() | MembershipRemoved():
                key = membership_id(data.group_id, data.member)
                self._roles_of(data.member)[data.group_id] = None
                self._note(key)
                self.ended[key] = self.told_at.get(key)
            case GroupArchived() | GroupRestored():
                fields["archived"] = isinstance(data, GroupArchived)
            case GroupDeleted():
                fields["deleted"] = True
            case _:  # nothing more to know
                pass

    def _note(self, key: str) -> None:
        if self.moment is not None:
            self.told_at[key] = to_milliseconds(self.moment)

    def _roles_of(self, person: str) -> dict[str, GroupRole | None]:
        return self.roles.setdefault(person, {})

    def include(self, other: Self) -> None:
        """Adds what the events of another partition say: no two tell of the same thing."""
        self.logins |= other.logins
        self.accounts |= other.accounts
        self.groups |= other.groups
        self.erasures |= other.erasures
        self.told_at |= other.told_at
        self.ended |= other.ended
        for person, roles in other.roles.items():
            self._roles_of(person).update(roles)

    def forget(self, people: Iterable[str]) -> None:
        """Leaves out what is said of people who were erased: it was said before that."""
        self.accounts |= dict.fromkeys(people)

    def note_closings(self, known: Mapping[str, Group], now: datetime) -> None:
        """Notes on groups that were open and are closed or deleted since when they aren't.

        Not since when the groups service says: until this service hears of it, it names people.

        Args:
            known: By group, what was known before; at least of all that are told of here.
            now: The moment that is noted.
        """
        for group_id, fields in self.groups.items():
            before = known.get(group_id)
            closed = fields["visibility"] != Visibility.OPEN or "deleted" in fields
            if before is not None and before.is_open and closed:
                fields["closed_since"] = to_milliseconds(now)

    def size(self) -> int:
        """How many documents it concerns."""
        told = len(self.logins) + len(self.accounts) + len(self.groups)
        return told + sum(map(len, self.roles.values()))

    def memberships(self) -> Iterator[str]:
        """The ids of the memberships that it tells of, ended ones among them."""
        for person, roles in self.roles.items():
            for group_id in roles:
                yield membership_id(group_id, person)

    def erased(self) -> set[str]:
        """The ids of those of whom nothing may be known any more."""
        return {person for person, account in self.accounts.items() if account is None}

    def deleted_groups(self) -> set[str]:
        """The ids of the groups that are gone."""
        return {group_id for group_id, fields in self.groups.items() if "deleted" in fields}


def _status_told(data: AboutAccount) -> PersonStatus | None:
    match data:
        case PersonInvited():
            return "invited"
        case PersonActivated():
            return "active"
        case PersonSuspended():
            return "suspended"
        case PersonReinstated():
            return data.status
        case PersonLeft():
            return "left"
        case _:
            return None
