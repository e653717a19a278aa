"""What can be set for the groups service."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from services.groups.commands.channels import ArchiveChannel, ChangeChannel, CreateChannel
from services.groups.commands.groups import ArchiveGroup, ChangeGroup, CreateGroup, RestoreGroup
from services.groups.commands.invitations import AcceptInvitation, Invite
from services.groups.commands.members import ChangeRole, JoinGroup
from services.groups.commands.membership_requests import RequestMembership
from services.groups.commands.people import ChangePerson
from services.groups.domain.profile import Vocabularies
from shared.contract.events.vocabulary import TextsPolicy
from shared.contract.principal import login_of
from shared.runtime.settings import QuotaSettings, ServiceSettings
from shared.web.quotas import Quota, Quotas

# A word of a closed list as events carry it, see `Code` in the event contract.
VocabularyWord = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


class GroupsSettings(ServiceSettings, QuotaSettings):
    """What every service needs, what an organisation says about its people, and their quotas."""

    departments: tuple[VocabularyWord, ...] = Field(
        default=(
            "administration",
            "care",
            "engineering",
            "finance",
            "human-resources",
            "it",
            "kitchen",
            "legal",
            "logistics",
            "management",
            "marketing",
            "operations",
            "production",
            "purchasing",
            "research",
            "sales",
            "service",
        ),
        description="The organisation's departments, as a JSON list; people can have no other",
    )
    locations: tuple[VocabularyWord, ...] = Field(
        default=("headquarters", "branch", "plant", "remote"),
        description="The organisation's locations, as a JSON list; people can have no other",
    )
    self_registration: bool = Field(
        default=True,
        description="Whether people whom the identity provider vouches for may come uninvited",
    )

    erased_texts: TextsPolicy = Field(
        default="kept",
        description="What becomes of what an erased person wrote: kept, and named after nobody, or"
        " deleted",
    )
    forget_left_after_days: int = Field(
        default=365,
        ge=0,
        description="Days after leaving the organisation until a person is erased; 0: never",
    )

    quota_groups: int = Field(
        default=10, ge=0, description="Groups that one person may found in a day; 0: no limit"
    )
    quota_group_changes: int = Field(
        default=200,
        ge=0,
        description="Changes of groups, channels and roles by one person in a day; 0: no limit",
    )
    quota_channels: int = Field(
        default=50, ge=0, description="Channels that one person may open in a day; 0: no limit"
    )
    quota_invitations: int = Field(
        default=200,
        ge=0,
        description="Invitations to groups that one person may send in a day; 0: no limit",
    )
    quota_joins: int = Field(
        default=100,
        ge=0,
        description="Groups that one person may join, or ask to join, in a day; 0: no limit",
    )
    quota_profile_changes: int = Field(
        default=50, ge=0, description="Changes of the own profile in a day; 0: no limit"
    )
    groups_per_person: int = Field(
        default=1000,
        ge=1,
        le=10_000,
        description="Groups that one person may be in, have asked to join or be invited to",
    )
    channels_per_group: int = Field(
        default=200, ge=1, le=10_000, description="Channels of a group, archived ones included"
    )

    def login_of(self, external_id: str) -> str:
        """What tokens are found by that call their owner so."""
        return login_of(self.pseudonym_key.get_secret_value().encode(), external_id)

    def daily_quotas(self) -> Quotas:
        """What counts as what. What ends something is bounded by what has begun it."""
        changes = Quota("changes of groups and channels", self.quota_group_changes)
        joins = Quota("groups to join", self.quota_joins)
        quotas = {
            CreateGroup: Quota("groups", self.quota_groups),
            ChangeGroup: changes,
            ArchiveGroup: changes,
            RestoreGroup: changes,
            ChangeChannel: changes,
            ArchiveChannel: changes,
            ChangeRole: changes,
            CreateChannel: Quota("channels", self.quota_channels),
            Invite: Quota("invitations", self.quota_invitations),
            JoinGroup: joins,
            RequestMembership: joins,
            AcceptInvitation: joins,
            ChangePerson: Quota("changes of profiles", self.quota_profile_changes),
        }
        return Quotas(quotas if self.quotas else {})

    def forget_left_after(self) -> timedelta | None:
        """How long after leaving somebody is erased; None: never."""
        return timedelta(days=self.forget_left_after_days) if self.forget_left_after_days else None

    def vocabularies(self) -> Vocabularies:
        """The closed lists that people's profiles are checked against."""
        return Vocabularies(frozenset(self.departments), frozenset(self.locations))
