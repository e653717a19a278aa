"""Who belongs to the organisation, never who they are. Emitted by the groups service."""

from shared.contract.events.envelope import EventData
from shared.contract.events.topics import PEOPLE
from shared.contract.events.vocabulary import (
    AccountKind,
    Code,
    ErasureId,
    PersonId,
    PersonStatus,
    TextsPolicy,
)


class AboutPerson(EventData, frozen=True, kw_only=True):
    """What every event about a person says.

    Attributes:
        person: The id of the person that it is about.
    """

    topic = PEOPLE
    subject_field = "person"
    key_field = "person"

    person: PersonId


class AboutAccount(AboutPerson, frozen=True, kw_only=True):
    """What an event about the account of a person says besides.

    Attributes:
        account: A human being, or a program that acts on its own: not counted as people.
        department: Where the organisation provides it.
        location: Where the organisation provides it.
    """

    account: AccountKind
    department: Code | None = None
    location: Code | None = None


class PersonInvited(AboutAccount, frozen=True, kw_only=True):
    """An account was made for a person who hasn't used it yet; once per account."""

    type = "mitmach.person.invited"


class PersonActivated(AboutAccount, frozen=True, kw_only=True):
    """A person uses the account for the first time, or is provisioned as active; once per account.

    Attributes:
        invited: An invitation went before (`person.invited`).
    """

    type = "mitmach.person.activated"

    invited: bool


class PersonChanged(AboutAccount, frozen=True, kw_only=True):
    """A person moved to another department or location; not sent for any other change.

    Attributes:
        previous_department: The department before.
        previous_location: The location before.
    """

    type = "mitmach.person.changed"

    previous_department: Code | None = None
    previous_location: Code | None = None


class PersonSuspended(AboutAccount, frozen=True, kw_only=True):
    """A person may not use the platform for now.

    Attributes:
        previous: The status before.
    """

    type = "mitmach.person.suspended"

    previous: PersonStatus


class PersonReinstated(AboutAccount, frozen=True, kw_only=True):
    """A suspension ended, or somebody who left came back.

    Attributes:
        status: `active`, or `invited` when the account was never used.
        previous: The status before.
    """

    type = "mitmach.person.reinstated"

    status: PersonStatus
    previous: PersonStatus


class PersonLeft(AboutAccount, frozen=True, kw_only=True):
    """A person left the organisation; what they wrote stays.

    Attributes:
        previous: The status before.
        ever_activated: The account was in use at some time.
    """

    type = "mitmach.person.left"

    previous: PersonStatus
    ever_activated: bool


class PersonErased(AboutPerson, frozen=True, kw_only=True):
    """A person was erased: every reader has to forget their id and what it holds for it.

    Attributes:
        account: A human being, or a program that acts on its own: not counted as people.
        previous: The status before.
        ever_activated: The account was in use at some time.
        erasure: The erasure: each service says by an event with it that it has forgotten them.
        texts: Whether what they wrote goes, or stays without their name.
    """

    type = "mitmach.person.erased"

    account: AccountKind
    previous: PersonStatus
    ever_activated: bool
    erasure: ErasureId
    texts: TextsPolicy


class PersonVisited(AboutAccount, frozen=True, kw_only=True):
    """A person opened the platform (no activity by itself); once per person and UTC day.

    Attributes:
        first_visit: The first of this person ever.
    """

    type = "mitmach.person.visited"

    first_visit: bool
