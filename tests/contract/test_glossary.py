"""The glossary explains the project's words, and the classes of `shared/` are named with them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
LINE = re.compile(r"- \*\*([^*]+)\*\*: (.+)")

# Terms of Python, HTTP, MongoDB and Kafka, and words that mean here what they mean everywhere.
ORDINARY = frozenset((Path(__file__).parent / "ordinary_words.txt").read_text().split())

# What these are is told elsewhere: event types in docs/events.md, refusals in docs/problems.md.
TOLD_ELSEWHERE = ("EventData", "Refusal")


def entries() -> list[tuple[str, str]]:
    lines = [line for line in GLOSSARY.read_text().splitlines() if line.startswith("- ")]
    found = [(line, LINE.fullmatch(line)) for line in lines]
    assert [line for line, match in found if not match] == []
    return [(match[1], match[2]) for _, match in found if match]


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@cache
def code() -> str:
    return "\n".join(file.read_text().lower() for file in sources("services", "shared", "mitmach"))


@cache
def known() -> frozenset[str]:
    """Words that a name may be made of, without endings."""
    terms = {word for term, _ in entries() for word in term.lower().split()}
    return frozenset(map(stem, terms | ORDINARY))


def stem(word: str) -> str:
    """A word without its endings: of a plural, of who does it, of what was done."""
    word, before = re.sub("ies$", "y", word.lower()), ""
    while word != before:
        word, before = re.sub(r"(?<=[a-z]{3})(?:ed|ing|ion|er|or|e|s)$", "", word), word
        word = re.sub(r"(?<=[a-z]{2})([bdgmnpt])\1$", r"\1", word)  # stopped, logging
    return word


def words_of(name: str) -> list[str]:
    """The words of a name in CamelCase."""
    return re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", name)


def own_classes() -> Iterator[str]:
    """Public classes of `shared/` that no reference tells of, as `file: name`."""
    bases: dict[str, set[str]] = {}
    places: dict[str, Path] = {}
    for file in sources("shared"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
                places[node.name] = file

    def told_elsewhere(name: str) -> bool:
        above = bases.get(name, set())
        return name in TOLD_ELSEWHERE or any(told_elsewhere(base) for base in above - {name})

    for name, file in places.items():
        if not told_elsewhere(name):
            yield f"{file.relative_to(ROOT)}: {name}"


def test_terms_stand_in_order_and_once() -> None:
    terms = [term.lower() for term, _ in entries()]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize(("term", "meaning"), entries(), ids=[term for term, _ in entries()])
def test_a_term_has_a_sentence_and_occurs_in_the_code(term: str, meaning: str) -> None:
    assert meaning.endswith((".", "..."))
    spelled = "[ _-]?".join(map(re.escape, term.lower().split()))
    assert re.search(rf"(?<![a-z]){spelled}", code())


@pytest.mark.parametrize("place", sorted(own_classes()))
def test_a_class_of_the_shared_rooms_is_named_with_known_words(place: str) -> None:
    name = place.rpartition(" ")[2]
    assert [word for word in words_of(name) if stem(word) not in known()] == []


@pytest.mark.parametrize("word", ["Hat", "Ground", "Tender", "Scene", "Heard"])
def test_a_word_that_nobody_outside_knows_is_no_name(word: str) -> None:
    assert stem(word) not in known()
