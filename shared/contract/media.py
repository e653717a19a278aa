"""References to pictures, films and files: posts and entries name them, and store none."""

import msgspec

MOST_MEDIA = 20  # of one post or entry
LONGEST_ADDRESS = 2_000
LONGEST_ALT = 1_000


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, film or file, stored elsewhere.

    Attributes:
        url: The address of the file.
        alt: What it shows, for those who can't see it.
    """

    url: str
    alt: str = ""
