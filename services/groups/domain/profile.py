"""What an organisation tells about a person, and the words that it has for that."""

import msgspec

from shared.contract.errors import Category, Refusal

LONGEST_NAME = 100
LONGEST_EMAIL = 254


class NotInVocabulary(Refusal):
    """A department or location that the organisation doesn't list."""

    category = Category.INVALID
    title = "This isn't one of the organisation's departments or locations"


class Vocabularies(msgspec.Struct, frozen=True):
    """The words that an organisation allows for departments and locations.

    They become dimensions of every figure, so they are closed lists: a typing error would be a
    department of its own, and a department of one person would point at that person.
    """

    departments: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation tells about a person; all of it is forgotten at erasure.

    Attributes:
        name: As colleagues read it.
        email: Shown to the person and to administrators only.
        department: A word of the organisation's list of departments; None where it tells none.
        location: A word of the organisation's list of locations; None where it tells none.
    """

    name: str = ""
    email: str | None = None
    department: str | None = None
    location: str | None = None

    @property
    def place(self) -> tuple[str | None, str | None]:
        """Department and location: all of a profile that events tell of."""
        return self.department, self.location

    def check(self, vocabularies: Vocabularies, before: "Profile | None" = None) -> None:
        """Checks that department and location are listed, or were there before.

        What was there may stay, although the organisation may have shortened its lists since.

        Raises:
            NotInVocabulary: Department or location isn't listed.
        """
        before = before or Profile()
        if self.department not in (None, before.department, *vocabularies.departments):
            raise NotInVocabulary("Use a department that the organisation lists, or none.")
        if self.location not in (None, before.location, *vocabularies.locations):
            raise NotInVocabulary("Use a location that the organisation lists, or none.")
