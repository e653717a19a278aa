"""One rule for all texts: something to read, and nothing in it that nobody can see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.texts import TextError, one_line, says_something, whole_text

INVISIBLE = [
    "\u200b",
    "\ufeff",
    "\u200d",
    "\u200c",
    "\u2060",
    "\u2800",
    "\u3164",
    "\u115f",
    "\u1160",
    "\uffa0",
    "\u00ad",
    "\u200f",
    "\u061c",
    "\ufe0f",
    "\u0301",
    "\u3000",
    "  ",
    "\u200b \u2800\n\u3164",
    "\U000e0100",
    "\U000e01f0",
]
READABLE = [
    "a",
    ".",
    "7",
    "हिन्दी",
    "می\u200cخواهم",
    "🎉",
    "❤\ufe0f",
    "👩\u200d🔬",
    "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "\u200fשלום",
    "Mia Schön",
    "\ue000",
    "\U0001faff",
]
HIDDEN = [
    *("\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\ud800", "\uffff"),
    "\U000e0020",
    "\U0001f3f4\U000e0067x\U000e007f",
]
TURNING = ["\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u202c"]


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_what_shows_nothing_is_an_empty_text(text: str) -> None:
    assert not says_something(text)
    assert whole_text(text) == ""
    assert one_line(text) == ""


@pytest.mark.parametrize("text", READABLE, ids=ascii)
def test_what_can_be_read_stays_as_it_is(text: str) -> None:
    assert says_something(text)
    assert whole_text(text) == text
    assert one_line(text) == text


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
@pytest.mark.parametrize("read", [one_line, whole_text])
def test_control_and_tag_characters_are_refused_wherever_they_stand(
    read: type[str], hidden: str
) -> None:
    for text in (hidden, f"{hidden}a", f"a{hidden}b", f"日本{hidden}"):
        with pytest.raises(TextError, match=r"U\+[0-9A-F]{4}"):
            read(text)


def test_a_refusal_says_which_character_and_where() -> None:
    with pytest.raises(TextError, match=r"U\+0007 \(character 3\)"):
        one_line("ab\x07c")


@pytest.mark.parametrize("turn", TURNING, ids=ascii)
def test_nothing_in_a_line_turns_what_stands_beside_it(turn: str) -> None:
    with pytest.raises(TextError):
        one_line(f"a{turn}b")


@pytest.mark.parametrize(
    "text",
    [
        "He said \u2067שלום\u2069.",
        "\u202bעברית \u202aEnglish\u202c\u202c and on",
        "\u2068a\u2069\n\u2068b\u2069",
        "a\u200eb\u200fc",
    ],
    ids=ascii,
)
def test_a_text_mixes_directions_when_each_ends_on_its_line(text: str) -> None:
    assert whole_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a\u2067b",
        "a\u2067\nb\u2069",
        "a\u2069b",
        "a\u202ab\u2069\u202c",
        "a\u202eb\u202c",
        "a\u202db\u202c",
    ],
    ids=ascii,
)
def test_a_text_never_turns_what_follows_it(text: str) -> None:
    with pytest.raises(TextError):
        whole_text(text)


def test_an_override_is_refused_even_where_it_ends() -> None:
    with pytest.raises(TextError, match=r"U\+202E \(character 2\).*backwards"):
        whole_text("a\u202eb\u202c")


@pytest.mark.parametrize("end", ["\n", "\t", "\r\n", "\u2028", "\u2029"], ids=ascii)
def test_a_line_is_one_line_and_a_text_has_many(end: str) -> None:
    with pytest.raises(TextError):
        one_line(f"a{end}b")
    assert one_line(f"{end}a{end}") == "a"
    assert whole_text(f"{end}a{end}b{end}") == f"{end}a{end}b"


def test_blanks_go_around_a_line_and_at_the_end_of_a_text() -> None:
    assert one_line(" \u200b\u3000A  run\u00a0\ufeff ") == "A  run"
    assert whole_text("    code\n\n\u200b \n") == "    code"
    assert one_line("Thanks ❤\ufe0f ") == "Thanks ❤\ufe0f"


@given(st.text(st.one_of(st.characters(), st.sampled_from("".join(INVISIBLE + TURNING)))))
def test_what_was_read_is_read_again_as_it_is(text: str) -> None:
    for read in (one_line, whole_text):
        try:
            once = read(text)
        except TextError:
            continue
        assert read(once) == once
        assert says_something(once) == bool(once)
