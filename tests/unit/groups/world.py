"""The groups service in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from services.groups.commands.groups import CreateGroup
from services.groups.commands.people import InvitePerson
from services.groups.commands.visits import RecordVisit
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, membership_id, role_of
from services.groups.domain.person import Person
from services.groups.domain.profile import Profile, Vocabularies
from shared.contract.events.envelope import EventData
from shared.contract.events.logins import LoginTold
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.delivery.command import Command
from tests.support.in_memory import InMemory, principal

NOON = datetime(2025, 3, 3, 12, 0, 0, 123456, tzinfo=UTC)
WORDS = Vocabularies(frozenset({"sales", "research"}), frozenset({"berlin", "lyon"}))
ADMIN = principal("ada", "admin")


def visit_of(who: Principal, *, self_registration: bool = True) -> RecordVisit:
    """A visit of somebody whose id, if they are new, is what their token calls them."""
    assert who.claims is not None
    return RecordVisit(
        who, who.claims, new_id=who.claims.subject, self_registration=self_registration
    )


class World(InMemory):
    """The groups service in memory."""

    def __init__(self) -> None:
        super().__init__(NOON)

    def person(self, person_id: str, *roles: str) -> Principal:
        """Somebody active."""
        someone = principal(person_id, *roles)
        self.do(visit_of(someone))
        return someone

    def happened(self, command: Command) -> list[EventData]:
        """What a command tells the world; of logins, only services hear."""
        return [data for data in super().happened(command) if not isinstance(data, LoginTold)]

    def invited(self, person_id: str, profile: Profile | None = None) -> Principal:
        """Somebody who has an account and was never here."""
        someone = principal(person_id)
        self.do(
            InvitePerson(
                ADMIN,
                person_id,
                external_id=person_id,
                login=someone.login,
                account="human",
                profile=profile or Profile(name=person_id.title()),
                vocabularies=WORDS,
            )
        )
        return someone

    def group(
        self,
        owner: Principal,
        visibility: Visibility = "open",
        kind: GroupKind = "community",
        tags: Sequence[str] = (),
    ) -> str:
        """The id of a new group."""
        group_id = new_id()
        self.do(
            CreateGroup(
                owner,
                group_id,
                new_id(),
                kind=kind,
                visibility=visibility,
                name="Runners",
                tags=tuple(tags),
            )
        )
        return group_id

    def find(self, kind: type[Any], entity_id: str) -> Any:
        """What is stored."""
        return self.stored.get((kind, entity_id))

    def stored_group(self, group_id: str) -> Group:
        """A group that is there."""
        group = self.find(Group, group_id)
        assert isinstance(group, Group)
        return group

    def stored_person(self, person_id: str) -> Person:
        """A person who is there."""
        person = self.find(Person, person_id)
        assert isinstance(person, Person)
        return person

    def membership(self, group_id: str, who: Principal) -> Membership | None:
        """How somebody stands with a group."""
        found = self.find(Membership, membership_id(group_id, who.person_id))
        assert found is None or isinstance(found, Membership)
        return found

    def role(self, group_id: str, who: Principal) -> str | None:
        """Somebody's role in a group."""
        return role_of(self.membership(group_id, who))
