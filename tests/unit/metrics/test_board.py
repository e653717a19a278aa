"""The board: complete in both languages, nothing from elsewhere, usable without eyes or mouse."""

import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import httpx
import pytest

from services.metrics import board
from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.catalogue.participation import PARTS
from services.metrics.kpis.content import FORMATS
from shared.runtime.health import Health
from shared.runtime.telemetry import Telemetry
from shared.web.http.app import create_operations_app


def text(name: str) -> str:
    if name == "kpis.js":
        return board.kpis_script()
    return files(board).joinpath(name).read_text()


def words() -> dict[str, set[str]]:
    """The keys of each language."""
    _, german = re.split(r"^  de: \{$", text("words.js"), flags=re.MULTILINE)
    english = text("words.js").removesuffix(german)
    key = re.compile(r"(?:^    |, )(\w+): \"", re.MULTILINE)
    found = {"en": set(key.findall(english)), "de": set(key.findall(german))}
    for language, said in re.findall(r"Object.assign\(WORDS\.(\w+), (.*)\);", text("kpis.js")):
        found[language] |= json.loads(said).keys()
    return found


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text("board.html"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = create_operations_app(Telemetry("board"), Health(), None, board.router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://board")


def test_both_languages_have_the_same_words() -> None:
    assert words()["en"] == words()["de"]


def test_every_word_that_the_page_asks_for_is_there() -> None:
    asked = set(re.findall(r"data-(?:word|label)=\"(\w+)\"", text("board.html")))
    asked |= set(re.findall(r"\bword\(\"(\w+)\"", text("board.js")))
    asked |= {name for kpi in CATALOGUE for name in (kpi, f"{kpi}Question")}
    asked |= set(re.findall(r"^ +(\w+): \(item\)", text("board.js"), re.MULTILINE))  # columns
    asked |= {*PARTS, *FORMATS}

    assert asked <= words()["en"]


@pytest.mark.parametrize("name", ["board.html", "board.css", "board.js", "kpis.js", "words.js"])
def test_nothing_comes_from_elsewhere(name: str) -> None:
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", text(name)))
    # Names of a vocabulary, which nobody fetches.
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in text(name)


async def test_a_browser_is_told_to_load_nothing_else(client: httpx.AsyncClient) -> None:
    for path in (
        "/board",
        "/board/board.css",
        "/board/board.js",
        "/board/kpis.js",
        "/board/words.js",
    ):
        answer = await client.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert (await client.get("/board/__init__.py")).status_code == 404


def test_nothing_is_inline_as_the_policy_would_block_it() -> None:
    for tag, attributes in Elements().found:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag
        assert tag != "style"
        assert tag != "script" or attributes.get("src")


def test_the_token_is_never_put_into_an_address() -> None:
    script = text("board.js")
    assert "location.search" not in script
    assert "location.hash" in script
    assert not re.search(r"[?&]token=", script)


def test_landmarks_labels_and_live_regions_are_there() -> None:
    found = Elements().found
    tags = [tag for tag, _ in found]
    for landmark in ("header", "nav", "main", "footer"):
        assert tags.count(landmark) == 1
    assert tags.count("h1") == 1
    ids = {attributes["id"] for _, attributes in found if "id" in attributes}
    for _, attributes in found:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
    assert any(attributes.get("aria-live") == "polite" for _, attributes in found)
    assert ("html", {"lang": "en"}) in found
    assert "prefers-reduced-motion" in text("board.css")
    assert 'make("caption"' in text("board.js")


def test_the_first_view_is_a_month_of_complete_days() -> None:
    options = [attributes for tag, attributes in Elements().found if tag == "option"]
    assert [option["value"] for option in options if "selected" in option] == ["30d"]
    # A browser that brought back an earlier choice would show another than the figures'.
    (chosen,) = [attributes for tag, attributes in Elements().found if tag == "select"]
    assert chosen["autocomplete"] == "off"
    assert 'window: at("window").value' in text("board.js")
