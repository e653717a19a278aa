"""Words: one spelling per topic, and the words by which a group is found."""

import re
import unicodedata
from collections.abc import Iterable

from shared.errors import Category, Refusal

MOST_TOPICS = 10  # every event about the group carries them
LONGEST_TOPIC = 50
# Words of a group that a search can find. The index holds one entry per word: a long purpose must
# not make it ten times as large.
MOST_WORDS = 100
LONGEST_WORD = 40

_NOT_WORD = re.compile(r"[\W_]+")


class TopicInvalid(Refusal):
    """A topic without a letter or digit, or too long, or too many of them."""

    category = Category.INVALID
    title = "A topic can't be used"


def normalise_topics(topics: Iterable[str]) -> tuple[str, ...]:
    """One spelling per topic: `#Remote  Work`, `remote_work`, `REMOTE-WORK` are `remote-work`.

    Order is kept, repeats are dropped.

    Raises:
        TopicInvalid: One has no letter or digit, or is longer than `LONGEST_TOPIC`; or there are
            more than `MOST_TOPICS`.
    """
    normal: dict[str, None] = {}
    for topic in topics:
        word = _NOT_WORD.sub("-", unicodedata.normalize("NFKC", topic).casefold()).strip("-")
        if not word:
            raise TopicInvalid("A topic needs at least one letter or digit.")
        if len(word) > LONGEST_TOPIC:
            raise TopicInvalid(f"A topic has at most {LONGEST_TOPIC} characters.")
        normal[word] = None
    if len(normal) > MOST_TOPICS:
        raise TopicInvalid(f"There are at most {MOST_TOPICS} topics.")
    return tuple(normal)


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
