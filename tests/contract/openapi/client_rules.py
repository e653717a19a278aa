"""What generated clients need of a document, as rules that walk it.

Each gives a sentence for everything that breaks it. What each of them keeps out has broken a real
generator: see `docs/adr/0019-documents-for-generators.md`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

Document = Mapping[str, Any]
Rule = Callable[[Document], Iterator[str]]

_PROBLEM = "application/problem+json"
_MOMENT = re.compile(r"(.+_)?at|since|as_of|complete_from")
_IS_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
# What isn't in every answer: `errors` of problems that aren't about the input.
_OPTIONAL = {("Problem", "errors")}


def operations(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Path, method and operation of everything in a document."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def walk(node: Any, at: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object in a piece of a document, with its place."""
    if isinstance(node, Mapping):
        yield at, node
        for name, part in node.items():
            yield from walk(part, f"{at}/{name}")
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from walk(part, f"{at}/{number}")


def reached(document: Document, *roots: Any) -> dict[str, Mapping[str, Any]]:
    """The schemas that pieces of a document lead to, by name; what isn't named is `inline`."""
    found: dict[str, Mapping[str, Any]] = {"inline": {"": list(roots)}}
    new = list(roots)
    while new:
        for _, node in walk(new.pop()):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found[name] = document["components"]["schemas"][name]
                new.append(found[name])
    return found


def _contents(holders: Iterator[Mapping[str, Any]]) -> list[Any]:
    """The schemas of bodies, without their examples."""
    return [
        content.get("schema", {})
        for holder in holders
        for content in holder.get("content", {}).values()
    ]


def _bodies(document: Document, *methods: str) -> dict[str, Mapping[str, Any]]:
    asked = (
        operation.get("requestBody", {})
        for _, method, operation in operations(document)
        if method in methods
    )
    return reached(document, *_contents(asked))


def _answers(document: Document) -> dict[str, Mapping[str, Any]]:
    given = (
        answer
        for _, _, operation in operations(document)
        for answer in operation["responses"].values()
    )
    return reached(document, *_contents(given))


def _fields(schemas: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str, Any]]:
    """Schema, object in it, name and schema of each field."""
    for name, schema in schemas.items():
        for _, node in walk(schema):
            fields = node.get("properties")
            if isinstance(fields, Mapping):
                for field, what in fields.items():
                    yield name, node, field, what


def no_default_in_a_body(document: Document) -> Iterator[str]:
    """A generator makes of it a field that must be sent, or one that is sent though nobody set it.

    In a change that would be worst: what was only left out would be overwritten.
    """
    for name, schema in _bodies(document, "post", "put", "patch", "delete").items():
        for at, node in walk(schema):
            if "default" in node and not at.endswith("/properties"):
                yield f"{name}{at} has a default"


def a_change_says_what_null_means(document: Document) -> Iterator[str]:
    """Left out is what stays; null is something else, or refused."""
    for name, node, field, what in _fields(_bodies(document, "patch")):
        nullable = any(choice == {"type": "null"} for choice in what.get("anyOf", ()))
        told = f"{what.get('description', '')} {node.get('description', '')}".lower()
        if nullable and "null" not in told:
            yield f"{name}.{field} may be null, and doesn't say what that means"


def defaults_keep_their_limits(document: Document) -> Iterator[str]:
    """A client sends a default as it sends any other value."""
    for at, node in walk(document):
        if "default" in node and ("type" in node or "anyOf" in node or "enum" in node):
            schema = {**node, "components": document["components"]}
            if not Draft202012Validator(schema).is_valid(node["default"]):
                yield f"{at}: {node['default']!r} breaks its own limits"


def answers_are_open(document: Document) -> Iterator[str]:
    """A client of today has to bear a field of tomorrow."""
    for name, schema in _answers(document).items():
        for at, node in walk(schema):
            if node.get("additionalProperties") is False:
                yield f"{name}{at} is closed"


def answers_are_complete(document: Document) -> Iterator[str]:
    """What is always there is required: nobody wants to ask for each field whether it is."""
    for name, node, field, _ in _fields(_answers(document)):
        if field not in node.get("required", ()) and (name, field) not in _OPTIONAL:
            yield f"{name}.{field} may be missing"


def moments_are_told(document: Document) -> Iterator[str]:
    """A time that is documented as a text stays a text in every client."""
    everything = document["components"]["schemas"]
    named = [(f"{name}.{field}", field, what) for name, _, field, what in _fields(everything)]
    for path, method, operation in operations(document):
        named += [
            (f"{method} {path} {one['name']}", one["name"], one["schema"])
            for one in operation.get("parameters", ())
        ]
    for place, name, what in named:
        examples = [one for one in what.get("examples", ()) if isinstance(one, str)]
        is_one = _MOMENT.fullmatch(name) or any(map(_IS_MOMENT.fullmatch, examples))
        kinds = [what, *what.get("anyOf", ())]
        if is_one and not any(kind.get("format") == "date-time" for kind in kinds):
            yield f"{place} is a moment without a format"


def tags_are_declared_once(document: Document) -> Iterator[str]:
    """Generators make a class, and readers a heading, of each."""
    declared = [tag["name"] for tag in document.get("tags", ())]
    if len(declared) != len(set(declared)):
        yield f"declared twice: {declared}"
    for tag in document.get("tags", ()):
        if not tag.get("description"):
            yield f"tag {tag['name']} has no description"
    used = set()
    for path, method, operation in operations(document):
        tags = operation.get("tags", [])
        used.update(tags)
        if len(tags) != 1 or tags[0] not in declared:
            yield f"{method} {path} has the tags {tags}"
    for tag in set(declared) - used:
        yield f"tag {tag} is declared for nothing"


def operations_are_named_once(document: Document) -> Iterator[str]:
    """The name of a function."""
    names = [operation.get("operationId") for _, _, operation in operations(document)]
    for name in sorted({str(name) for name in names if names.count(name) > 1 or name is None}):
        yield f"operation {name} isn't unique"


def problems_are_enumerated(document: Document) -> Iterator[str]:
    """A compiler can tell of a problem that nobody handles."""
    owners: dict[str, str] = {}
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get(_PROBLEM)
            if content is None:
                continue
            where = f"{operation['operationId']} {status}"
            name = str(content["schema"].get("$ref", "")).rpartition("/")[2]
            words = problem_types(document, name)
            missing = {one["value"]["type"] for one in content["examples"].values()} - set(words)
            if missing:
                yield f"{where}: {sorted(missing)} aren't in {name or 'the schema'}"
            if owners.setdefault(name, operation["operationId"]) != operation["operationId"]:
                yield f"{where} shares {name} with {owners[name]}"


def problem_types(document: Document, name: str) -> list[str]:
    """The types that a schema of problems enumerates."""
    schema = document["components"]["schemas"].get(name, {})
    for part in schema.get("allOf", ()):
        words = part.get("properties", {}).get("type", {}).get("enum")
        if words:
            return list(words)
    return []


def headers_go_together(document: Document) -> Iterator[str]:
    """What a client must send, it is told before; and what to do with an answer."""
    for path, method, operation in operations(document):
        sent = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
        answers = operation["responses"]
        told = {status: set(answer.get("headers", ())) for status, answer in answers.items()}
        good = set[str]().union(*(told[status] for status in told if status.startswith("2")))
        wanted = (
            ("If-None-Match" in sent, "304" in told and "ETag" in good & told["304"], "its ETag"),
            ("304" in told, "If-None-Match" in sent, "If-None-Match"),
            ("If-Match" in sent, "412" in told, "412"),
            ("Idempotency-Key" in sent, "Idempotency-Replayed" in good, "Idempotency-Replayed"),
            ("429" in told, "Retry-After" in told.get("429", ()), "Retry-After of 429"),
            ("503" in told, "Retry-After" in told.get("503", ()), "Retry-After of 503"),
        )
        for given, there, what in wanted:
            if given and not there:
                yield f"{method} {path} doesn't tell {what}"


def streams_are_typed(document: Document) -> Iterator[str]:
    """An event is more than a text."""
    for path, method, operation in operations(document):
        for answer in operation["responses"].values():
            schema = answer.get("content", {}).get("text/event-stream", {}).get("schema")
            if schema is not None and "$ref" not in schema:
                yield f"{method} {path} streams what has no type"


def no_words_of_older_versions(document: Document) -> Iterator[str]:
    """OpenAPI 3.1 has no `nullable`, and one `examples` for what schemas call `example`."""
    for at, node in walk(document["components"]["schemas"]):
        if "nullable" in node and not at.endswith("/properties"):
            yield f"{at} is nullable in the way of 3.0"


RULES: tuple[Rule, ...] = (
    no_default_in_a_body,
    a_change_says_what_null_means,
    defaults_keep_their_limits,
    answers_are_open,
    answers_are_complete,
    moments_are_told,
    tags_are_declared_once,
    operations_are_named_once,
    problems_are_enumerated,
    headers_go_together,
    streams_are_typed,
    no_words_of_older_versions,
)
