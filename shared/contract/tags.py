"""What groups and posts are about: one spelling per topic, so that those of both meet."""

from collections.abc import Iterable

from shared.contract.errors import Category, Refusal
from shared.contract.spelling import folded, words_of

MOST_TOPICS = 10  # every event about the thing carries them: they are paid for with every reaction
LONGEST_TOPIC = 50


class TopicInvalid(Refusal):
    """A topic without a letter or digit, or too long, or too many of them."""

    category = Category.INVALID
    title = "A topic can't be used"


def normalise_topics(topics: Iterable[str]) -> tuple[str, ...]:
    """One spelling per topic: `#Remote  Work`, `remote_work`, `REMOTE-WORK` are `remote-work`.

    `c`, `c++` and `c#` stay three topics, as do हिन्दी and हिन्द; see
    `shared/contract/spelling.py`. Order is kept, repeats are dropped.

    Raises:
        TopicInvalid: One has no letter or digit, or is longer than `LONGEST_TOPIC`; or there are
            more than `MOST_TOPICS`.
    """
    normal: dict[str, None] = {}
    for topic in topics:
        word = "-".join(words_of(folded(topic)))
        if not word:
            raise TopicInvalid("A topic needs at least one letter or digit.")
        if len(word) > LONGEST_TOPIC:
            raise TopicInvalid(f"A topic has at most {LONGEST_TOPIC} characters.")
        normal[word] = None
    if len(normal) > MOST_TOPICS:
        raise TopicInvalid(f"There are at most {MOST_TOPICS} topics.")
    return tuple(normal)
