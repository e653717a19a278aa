"""Confusables: names that a reader can't tell apart, such as Mia, and Mіa with a Cyrillic letter.

Nobody is refused a name for that: two people may be called alike, and two towns may have a lunch
group. Answers about groups and people name those that look the same (`resembles`), so that a
program can show more than the name where the name alone would mislead.

The letters are those of Unicode's confusables that stand for a single Latin letter in common fonts.
Whether l, I and 1 or rn and m are told apart depends on the font; they are different here.
"""

import unicodedata

from shared.contract.spelling import folded

_CYRILLIC = ("АВЕКМНОРСТУХЅІЈҮԚԜӀаекорсухѕіјһԁԛԝӏү", "ABEKMHOPCTYXSIJYQWIaekopcyxsijhdqwly")
_GREEK = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυ", "ABEZHIKMNOPTYXaiκvopu".replace("κ", "k"))
_ARMENIAN = ("ՕՍԼօսհոցզլ", "OUL" + "ouhngql")
_CHEROKEE = ("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "ABCDEHJKLMPRSTVWZ")
_SIGNS = ("‐‑‒–—−’‘ʼʹ", "------''''")
# Blank where they are shown; blanks proper are joined below.
_BLANK = ("\u2800\u3164\u115f\u1160\uffa0", " " * 5)
_ALIKE = {
    ord(letter): latin_letter
    for letters, latin in (_CYRILLIC, _GREEK, _ARMENIAN, _CHEROKEE, _SIGNS, _BLANK)
    for letter, latin_letter in zip(letters, latin, strict=True)
} | {0x200B: ""}


def skeleton(name: str) -> str:
    """The skeleton of a name, as Unicode calls it: the same for all names that look the same.

    Only to be compared with the skeleton of another name, never to be shown. Empty for an empty
    name. Stored as `look` with people and groups.
    """
    # Blanks for the eye first: the compatible form of some is another filler. Then letters without
    # their accents, so that a Cyrillic ё is a Latin ë in the end.
    apart = unicodedata.normalize("NFKD", name.translate(_ALIKE)).translate(_ALIKE)
    return " ".join(folded(apart).split())
