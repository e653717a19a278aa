"""References to pictures, films and files: posts and entries name them, and store none."""

import msgspec

MOST_MEDIA = 20
"""References of a post or an entry at most."""

LONGEST_ADDRESS = 2_000
"""Characters of an address at most."""

LONGEST_ALT = 1_000
"""Characters of a description at most."""


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, film or file, stored elsewhere.

    Attributes:
        url: The address of the file.
        alt: What it shows, for those who can't see it.
    """

    url: str
    alt: str = ""
