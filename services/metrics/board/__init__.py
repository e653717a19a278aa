"""The board: one page for everyone who may see the figures, live, in German and English.

The page itself holds no figure, so it needs no token. It asks the API with the token that the
person enters or that stands behind the `#` of its address: what stands there is never sent to a
server, and so is in no log.

    board.html  what is there without any script      board.css  how it looks
    board.js    asks the API and fills the page       words.js   all texts, in both languages
    kpis.js     what the catalogue says of each KPI, written from there
"""

import json
from importlib.resources import files

from fastapi import APIRouter, Response

from services.metrics.kpis import CATALOGUE
from shared.web.http.problems import RouteMissing

router = APIRouter(include_in_schema=False)

_FILES = {
    "board.css": "text/css; charset=utf-8",
    "board.js": "text/javascript; charset=utf-8",
    "kpis.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
}
# Nothing from elsewhere, nothing inline, in nobody's frame.
_POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self';"
    " style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def kpis_script() -> str:
    """The KPIs in their order, what the board lists under each, and their words."""
    definitions = [kpi.definition for kpi in CATALOGUE.values()]
    names = [definition.name for definition in definitions]
    cards = {definition.name: definition.card for definition in definitions if definition.card}
    lines = [
        '"use strict";',
        f"const KPIS = {json.dumps(names)};",
        f"const CARDS = {json.dumps(cards)};",
    ]
    for language in ("en", "de"):
        words: dict[str, str] = {}
        for definition in definitions:
            words[definition.name] = getattr(definition.title, language)
            words[f"{definition.name}Question"] = getattr(definition.question, language)
        lines.append(f"Object.assign(WORDS.{language}, {json.dumps(words, ensure_ascii=False)});")
    return "\n".join(lines) + "\n"


def _answer(name: str, media_type: str) -> Response:
    if name == "kpis.js":
        return Response(kpis_script(), media_type=media_type, headers=_HEADERS)
    content = files(__package__).joinpath(name).read_bytes()
    return Response(content, media_type=media_type, headers=_HEADERS)


@router.get("/board")
def board_page() -> Response:
    """The page itself: HTML without any figure."""
    return _answer("board.html", "text/html; charset=utf-8")


@router.get("/board/{name}")
def board_file(name: str) -> Response:
    """A file that the page is made of: style, script or texts."""
    if name not in _FILES:
        raise RouteMissing
    return _answer(name, _FILES[name])
