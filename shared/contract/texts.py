"""What may be written: one rule for every text that people send, whichever service keeps it.

A **line** (names, titles) and a **text** (Markdown source, reasons, descriptions) follow it alike:

- There is something to read in it, or it is empty. Blanks, zero-width characters, fillers and marks
  without a letter are nothing to read.
- No control characters but tab and line ends, which a line doesn't have either.
- Nothing that shows a text in another order than it is stored in. A line has no such character at
  all, because what stands beside it on a page would be turned too; in a text, embeddings and
  isolates, which people who mix scripts need, end on the line on which they begin, and overrides
  are refused.
- No invisible tag characters, except in the flags that are made of them.

What breaks the rule is refused and not repaired: what was taken away could have meant something to
its author, who would never learn of it. Only blanks go, around a line and at the end of a text.
"""

import re
import unicodedata

from shared.contract.spelling import SHOWS_NOTHING

_BLANKS = (
    " \t\n\r\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
# Show nothing and belong to nothing beside them, as U+FE0F does to the emoji before it.
_EDGES = _BLANKS + "\u00ad\u115f\u1160\u180e\u200b\u2060\u2800\u3164\ufeff\uffa0"

_SURELY_READ = re.compile("[!-~]")  # nearly every text has one of these near its beginning
_SHOWN = frozenset("LNPS")  # first letters of the categories that have a shape of their own
_BRAILLE_BLANK = "\u2800"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("[\t\n\r\u2028\u2029]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_OVERRIDE = re.compile("[\u202d\u202e]")
_TAG = re.compile("[\U000e0000-\U000e007f]")
# A black flag and the letters of a region: the flags of Scotland, Wales, Texas.
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
# By what ends them: embeddings by U+202C, isolates by U+2069.
_BEGINS = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}

# Splits a text into what a reader's program orders by itself.
_PARAGRAPHS = re.compile("[\n\r\u2029]")


class TextError(ValueError):
    """A text has something in it that nobody can see; the message tells its author what."""


def says_something(text: str) -> bool:
    """Whether there is anything to read in a text: a letter, a digit, a sign, an emoji.

    What this Python doesn't know yet counts as something: it may be next year's emoji.
    """
    if _SURELY_READ.search(text):
        return True
    return not text.isascii() and any(map(_shows, SHOWS_NOTHING.sub("", text)))


def one_line(text: str) -> str:
    """A name or title without the blanks around it; empty where there is nothing to read.

    Raises:
        TextError: It has control or direction characters, or more than one line.
    """
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    text = text.strip(_EDGES)
    if _LINE_END.search(text):
        raise TextError("Write it on one line, without tabs.")
    _check_visible(text)
    if (found := _TURNING.search(text)) is not None:
        raise TextError(f"Leave out {_named(found)}: it turns the order of what is read.")
    return text if says_something(text) else ""


def whole_text(text: str) -> str:
    """A text without the blanks at its end; empty where there is nothing to read.

    Raises:
        TextError: It has control characters, or changes the direction of reading and doesn't
            change it back on the same line.
    """
    # A comment is read for every comment that is written. Python knows in C what is printable:
    # letters, signs and U+0020, so neither controls nor anything that turns or can't be seen.
    if not text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        _check_visible(text)
        if _TURNING.search(text):
            _check_turns(text)
    if text.isascii():
        return text.rstrip()
    return text.rstrip(_EDGES) if says_something(text) else ""


def _shows(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cn":  # unassigned as yet, or never to be
        return ord(character) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(character) <= 0xFDEF
    return (category[0] in _SHOWN and character != _BRAILLE_BLANK) or category == "Co"


def _check_visible(text: str) -> None:
    if (found := _CONTROL.search(text)) is not None:
        raise TextError(f"Leave out {_named(found)}: it is a control character.")
    if _TAG.search(text) and (found := _TAG.search(_FLAG.sub(_as_long, text))) is not None:
        raise TextError(f"Leave out {_named(found)}: nobody can see it.")


def _as_long(flag: re.Match[str]) -> str:
    return " " * len(flag.group())


def _check_turns(text: str) -> None:
    if (found := _OVERRIDE.search(text)) is not None:
        raise TextError(f"Leave out {_named(found)}: it shows what follows backwards.")
    for paragraph in _PARAGRAPHS.split(text):
        ends: list[str] = []
        for character in _TURNING.findall(paragraph):
            if character in _BEGINS:
                ends.append(_BEGINS[character])
            elif not ends or ends.pop() != character:
                raise TextError(f"U+{ord(character):04X} ends what didn't begin on its line.")
        if ends:
            raise TextError(
                "What changes the direction of reading ends on the same line:"
                f" U+{ord(ends[-1]):04X} is missing."
            )


def _named(found: re.Match[str]) -> str:
    return f"U+{ord(found.group()):04X} (character {found.start() + 1})"
