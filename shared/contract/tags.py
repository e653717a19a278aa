"""Tags: what groups and posts are about, one spelling each, so that those of both meet.

The API, stored documents and events call them topics. In the code a topic is one of Kafka's.
"""

from collections.abc import Iterable

from shared.contract.errors import Category, Refusal
from shared.contract.spelling import folded, words_of

MOST_TAGS = 10
"""Tags of a post or a group at most.

Every event about it carries them: they are paid for with every reaction.
"""

LONGEST_TAG = 50
"""Characters of a tag at most, once it is normalised."""


class TagInvalid(Refusal):
    """A tag without a letter or digit, or too long, or too many of them."""

    slug = "topic-invalid"
    category = Category.INVALID
    title = "A topic can't be used"


def normalise_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """One spelling per tag: `#Remote  Work`, `remote_work`, `REMOTE-WORK` are `remote-work`.

    `c`, `c++` and `c#` stay three tags, as do हिन्दी and हिन्द; see
    `shared/contract/spelling.py`. Order is kept, repeats are dropped.

    Raises:
        TagInvalid: A tag has no letter or digit, or is longer than `LONGEST_TAG`; or there are
            more than `MOST_TAGS`.
    """
    normal: dict[str, None] = {}
    for tag in tags:
        word = "-".join(words_of(folded(tag)))
        if not word:
            raise TagInvalid("A topic needs at least one letter or digit.")
        if len(word) > LONGEST_TAG:
            raise TagInvalid(f"A topic has at most {LONGEST_TAG} characters.")
        normal[word] = None
    if len(normal) > MOST_TAGS:
        raise TagInvalid(f"There are at most {MOST_TAGS} topics.")
    return tuple(normal)
