"""docs/problems.md: every type of problem that a client can be answered, and what to do about it.

The list is that of the classes of refusals. Left out are those of a service that its document
doesn't name, for they never leave it (a finer kind of a named one does), and those of the relay.
"""

from collections.abc import Iterator
from typing import Any

from mitmach.services import SERVICES
from shared.contract.errors import Refusal
from shared.web.http.problems import MEDIA_TYPE, STATUS, example, type_of

PATH = "docs/problems.md"

_HEAD = """# Problems

Generated from the refusals in code. Whatever goes wrong is answered as `application/problem+json`
(RFC 9457):

- `type` is stable: decide by it, never by `title` or `detail`, which are for people.
- `detail` says what to do about it. The one below is an example; some name a limit or a field.
- `instance` is the trace id of this one answer: support finds it in logs and traces.
- `errors` names each wrong field, where there are several: a JSON pointer into the body, or the
  parameter's name.
- 429 and 503 carry `Retry-After`. Repeating is safe: `PUT` and `DELETE` by themselves, `POST` with
  the same `Idempotency-Key`.
- 404 is also the answer for what exists and may not be seen.
- A method that a path doesn't have is answered 405 with the `Allow` header.
  `{bug}` (500) is a mistake of ours, and logged.
"""


def generate() -> dict[str, bytes]:
    """The page, by path."""
    named = _named()
    by_status: dict[int, dict[str, type[Refusal]]] = {}
    for refusal in _every(Refusal):
        if _leaves_its_service(refusal, named):
            by_status.setdefault(STATUS[refusal.category], {}).setdefault(refusal.slug, refusal)
    parts = [_HEAD.format(bug=type_of("internal-error"))]
    for status, refusals in sorted(by_status.items()):
        parts += [f"## {status}", ""]
        parts += ["| type | title | detail | answered by |", "|---|---|---|---|"]
        parts += [_row(refusal, named.get(slug, ())) for slug, refusal in sorted(refusals.items())]
        parts.append("")
    return {PATH: "\n".join(parts).encode()}


def _row(refusal: type[Refusal], services: tuple[str, ...] | list[str]) -> str:
    value = example(refusal)["value"]
    detail = value["detail"] if value["detail"] != value["title"] else ""
    where = "all" if len(services) in {0, len(SERVICES)} else ", ".join(services)
    return f"| `{value['type']}` | {value['title']} | {detail} | {where} |"


def _every(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for refusal in kind.__subclasses__():
        yield refusal
        yield from _every(refusal)


def _named() -> dict[str, list[str]]:
    """Services by the problem that their documents name."""
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        slugs = {slug for response in _responses(service.openapi()) for slug in _slugs(response)}
        for slug in slugs:
            found.setdefault(slug, []).append(service.name)
    return found


def _responses(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for operation in item.values():
            yield from operation["responses"].values()


def _slugs(response: dict[str, Any]) -> Iterator[str]:
    yield from response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", ())


def _leaves_its_service(refusal: type[Refusal], named: dict[str, list[str]]) -> bool:
    if refusal.__module__.startswith("shared.delivery.relay"):
        return False  # answered on its command line
    if refusal.__module__.startswith("shared."):
        return True
    ancestors = (kind for kind in refusal.__mro__ if issubclass(kind, Refusal))
    return any(kind.slug in named for kind in ancestors if kind is not Refusal)
