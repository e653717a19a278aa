"""What can be set for the groups service."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.groups.domain.people import Vocabularies
from shared.settings import ServiceSettings

# As events carry it, see `Code` in the event contract.
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


class GroupsSettings(ServiceSettings):
    """Everything that every service needs, and what an organisation says about its people."""

    departments: tuple[Word, ...] = Field(
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
    locations: tuple[Word, ...] = Field(
        default=("headquarters", "branch", "plant", "remote"),
        description="The organisation's locations, as a JSON list; people can have no other",
    )
    self_registration: bool = Field(
        default=True,
        description="Whether people whom the identity provider vouches for may come uninvited",
    )

    def vocabularies(self) -> Vocabularies:
        """The closed lists that people's profiles are checked against."""
        return Vocabularies(frozenset(self.departments), frozenset(self.locations))
