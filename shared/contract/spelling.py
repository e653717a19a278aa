"""Words in a text of any script: where one begins and ends, and which spellings are the same word.

Word characters of `re` are letters and digits but no marks, and in most scripts of the world a word
without its marks is another word or none: Hindi कि, की and कु differ in nothing but a mark.

Python's own tables of Unicode are enough for this, so there is no further library.
"""

import re
import unicodedata

# Shows nothing and changes no word: soft hyphens, direction marks, variation selectors, fillers.
# Property Default_Ignorable_Code_Point of Unicode 16, without the two joiners, and without U+200B,
# which separates words where a script writes no blanks.
SHOWS_NOTHING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_NO_JOINER = "\u200c"  # keeps two letters apart that would join: the half blank of Persian
_JOINERS = re.compile("[\u200c\u200d]+")
_VIRAMA = 9  # the combining class of the signs that take a consonant its vowel
# Scripts whose letters join by themselves: Arabic to Mandaic, Mongolian.
_CURSIVE = re.compile("[\u0600-\u08ff\u1800-\u18af]")

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[^\w+#]|_")
# Begins with a letter or digit, and ends before a hyphen, + or #; but see `words_of`.
_WORD = re.compile(r"[^\W_][^-+#]*(?:\+\+|[+#](?![^-+#]))?")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:\+\+|[+#](?![a-z0-9]))?")

# Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs of Arabic and Syriac: what
# people leave out when they search. The marks of all other scripts are parts of their letters.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0730-\u074a\u08d3-\u08e1\u08e3-\u08ff]"
)
# Letters that Unicode doesn't take apart, by what is typed for them on a keyboard without them.
_PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "ŧ": "t",
        "ƶ": "z",
        "ɨ": "i",
        "ƀ": "b",
        "ǥ": "g",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
        "ə": "e",
    }
)


def folded(text: str) -> str:
    """The text in the one spelling that stands for all that read the same: no case, composed.

    Canonically and compatibly equivalent texts have one result, and folding it changes nothing.
    `İ` becomes `i`: what case folding leaves of it looks like an `i`, and isn't.
    """
    if text.isascii():
        return text.lower()
    # Each step can leave what the one before changes: a compatible form has capitals, a folded
    # letter a compatible form, and what is left out stood between a letter and its mark.
    text = _JOINERS.sub(_if_it_shows, SHOWS_NOTHING.sub("", _compatible(text)))
    text = _compatible(_compatible(text.casefold()).casefold())
    return _compatible(re.sub("i\u0307+", "i", text).replace("♯", "#"))


def plain(text: str) -> str:
    """The text without case, accents and joiners: `Łódź` and `lodz` are one; कि and की aren't."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", _JOINERS.sub("", folded(text)))
    return folded(_ACCENTS.sub("", apart).translate(_PLAIN_LETTERS))


def words_of(text: str) -> list[str]:
    """The words of a folded text, in their order.

    A word is letters and digits with their marks, and the joiners that show. One that ends in `+`,
    `++` or `#` keeps that, because `c`, `c++` and `c#` are three things; before a word they are
    signs (`#remote`), and between two a separator (`health+safety`).
    """
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return _WORD.findall(_NEITHER_LETTER_NOR_DIGIT.sub(_unless_part_of_a_word, text))


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _unless_part_of_a_word(found: re.Match[str]) -> str:
    character = found.group()
    is_mark = unicodedata.category(character) in {"Mn", "Mc"}
    return character if is_mark or _JOINERS.match(character) else "-"


def _if_it_shows(found: re.Match[str]) -> str:
    """The joiner where it changes what is seen: after a virama, or between letters that join.

    The rule for them in internet names (RFC 5892, A.1 and A.2), a little simplified.
    """
    joiner = found.group()[0]
    text = found.string
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    if before and unicodedata.combining(before) == _VIRAMA:
        shows = joiner != _NO_JOINER or after.isalpha()
    else:
        shows = joiner == _NO_JOINER and _joins(before) and _joins(after)
    return joiner if shows else ""


def _joins(character: str) -> bool:
    """Whether a letter or a mark is of a script that joins letters."""
    if not _CURSIVE.match(character):
        return False
    return unicodedata.category(character)[0] in "LM"
