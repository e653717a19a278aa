"""Words by which a group is found."""

import re
import unicodedata

# Words of a group that a search can find. The index holds one entry per word: a long purpose must
# not make it ten times as large.
MOST_WORDS = 100
LONGEST_WORD = 40

_NOT_WORD = re.compile(r"[\W_]+")


def search_words(*texts: str) -> tuple[str, ...]:
    """The distinct words of the texts, as a search compares them: no case, no accents.

    Stored with a group and applied to a query alike, so that "Müller", "muller" and "MULLER" meet.
    """
    words: dict[str, None] = {}
    for text in texts:
        split = unicodedata.normalize("NFKD", text.casefold())
        plain = "".join(c for c in split if not unicodedata.combining(c))
        for word in _NOT_WORD.split(plain):
            if word:
                words[word[:LONGEST_WORD]] = None
    return tuple(words)[:MOST_WORDS]
