"""Words in the scripts of the world: whole, in one spelling, found by what people type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.spelling import folded, plain, words_of
from shared.contract.tags import LONGEST_TAG, TagInvalid, normalise_tags

# Letters of many scripts with marks, joiners and signs between them: what st.text() alone rarely
# puts side by side.
TANGLED = st.text(
    st.one_of(
        st.sampled_from(
            "aiIİıßcC+#-_ \u0300\u0301\u0307\u0323\u200b\u200c\u200d\ufe0f\u034f\u00ad"
        ),
        st.sampled_from("कहिीु्দাং்ழที่ع\u064bم‌یעִבּがカﾞㅏ가ᄀ\u3164ﬃẞ①♯🎉#️⃣"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)


def topic(spelling: str) -> str:
    (word,) = normalise_tags([spelling])
    return word


@pytest.mark.parametrize(
    "word",
    ["हिन्दी", "ที่นี่", "বাংলা", "தமிழ்", "עִבְרִית", "می\u200cخواهم", "සිංහල", "မြန်မာ", "ខ្មែរ", "ქართული"],
)
def test_a_word_keeps_its_marks_and_the_joiners_that_show(word: str) -> None:
    assert topic(word) == unicodedata.normalize("NFKC", word)
    assert len(words_of(folded(word))) == 1


def test_words_that_differ_in_a_mark_are_different_topics() -> None:
    spelt = ["कि", "की", "के", "को", "का", "कु", "कू", "क"]
    assert normalise_tags(spelt) == tuple(spelt)
    assert topic("が") != topic("か")


@pytest.mark.parametrize(
    ("spelling", "meant"),
    [
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "istanbul"),
        ("Straße", "strasse"),
        ("ﬃ", "ffi"),
        ("ｶﾞ", "ガ"),
        ("re\u00admote", "remote"),
        ("re\u200dmote", "remote"),
        ("re\u2060mote\ufe0f", "remote"),
        ("🎉party", "party"),
        ("\u3164x\u115f", "x"),
    ],
)
def test_what_reads_the_same_is_one_topic(spelling: str, meant: str) -> None:
    assert topic(spelling) == meant


def test_a_plus_or_hash_behind_a_word_belongs_to_it_and_elsewhere_separates() -> None:
    assert normalise_tags(["C", "C++", "C#", "F♯", "Ｃ＋＋"]) == ("c", "c++", "c#", "f#")
    assert topic("#remote") == "remote"
    assert topic("#C#") == "c#"
    assert topic("#one#two") == "one-two"
    assert topic("health+safety") == "health-safety"
    assert topic("C++20") == "c++-20"


@pytest.mark.parametrize(
    "nothing", ["", "#", "++", "\u200b", "\u200d\ufe0f", "\u3164", "\u0301", "🎉", "\u2800", "\x00"]
)
def test_what_has_neither_letter_nor_digit_is_no_topic(nothing: str) -> None:
    with pytest.raises(TagInvalid):
        normalise_tags([nothing])


@given(TANGLED)
def test_a_topic_is_normalised_once_and_whole(spelling: str) -> None:
    try:
        word = topic(spelling)
    except TagInvalid:
        return
    assert 1 <= len(word) <= LONGEST_TAG
    assert topic(word) == word
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert topic(unicodedata.normalize(form, spelling)) == word


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("lodz", "Łódź"),
        ("ŁÓDŹ", "Łódź"),
        ("orsted", "Ørsted"),
        ("aesir", "Æsir"),
        ("strasse", "Straße"),
        ("istanbul", "İstanbul"),
        ("ISPARTA", "Isparta"),
        ("ελλαδα", "Ελλάδα"),
        ("עברית", "עִבְרִית"),
        ("محمد", "مُحَمَّد"),
        ("میخواهم", "می\u200cخواهم"),
        ("hanoi", "Hà Nội".replace(" ", "")),
    ],
)
def test_a_search_finds_what_is_spelt_with_accents(typed: str, stored: str) -> None:
    assert words_of(plain(typed)) == words_of(plain(stored))


def test_a_search_tells_letters_apart_that_differ_in_more_than_an_accent() -> None:
    for one, other in (("कि", "की"), ("が", "か"), ("ที่", "ที"), ("தமி", "தம"), ("c++", "c#")):
        assert words_of(plain(one)) != words_of(plain(other))


@given(TANGLED)
def test_search_words_are_found_by_themselves_in_any_form(text: str) -> None:
    words = words_of(plain(text))
    assert all(words_of(plain(word)) == [word] for word in words)
    for form in ("NFC", "NFD"):
        assert words_of(plain(unicodedata.normalize(form, text))) == words
