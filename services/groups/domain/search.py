"""Words by which a group or a person is found."""

from shared.contract.spelling import plain, words_of

# Words of a group that a search can find. The index holds one entry per word: a long purpose must
# not make it ten times as large.
MOST_WORDS = 100
# Characters of a word that are compared. More of them would only make the index larger.
LONGEST_WORD = 40


def search_words(*texts: str) -> tuple[str, ...]:
    """The distinct words of the texts, as a search compares them: no case, no accents.

    Stored with a group and applied to a query alike, so that "Łódź", "lodz" and "LODZ" meet.
    """
    words: dict[str, None] = {}
    for text in texts:
        for word in words_of(plain(text)):
            words[word[:LONGEST_WORD]] = None
    return tuple(words)[:MOST_WORDS]
