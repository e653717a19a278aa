"""The JSON Schemas of the event contract, made from the event classes.

`schemas/<type>/<version>.json` describes an event's `data`, as its `dataschema` says;
`schemas/envelope/1.json` what is around it. msgspec knows the shapes; descriptions come from the
docstrings, so that there is one place to write them.
"""

import inspect
import json
import re
from typing import Any

import msgspec

from shared.contract.events.envelope import CONTENT_TYPE, SPECVERSION, EventData
from shared.contract.events.planned import PLANNED_TYPES, planned_words
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.schema_addresses import URN, schema_file, schema_name
from shared.contract.events.vocabulary import Id, Moment, PersonOrAlias

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE = "envelope"

PLANNED = "Planned: no service emits it yet."

Schema = dict[str, Any]


def generate() -> dict[str, bytes]:
    """All schema files, by path."""
    files = {schema_file(ENVELOPE, 1)[1:]: as_json(envelope_schema())}
    for kind in EVENT_CLASSES:
        files[kind.schema_file[1:]] = as_json(schema_of(kind))
    return files


def as_json(document: Any) -> bytes:
    """JSON as all generated files have it: indented, so that a diff can be read."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def schema_of(kind: type[EventData]) -> Schema:
    """The schema of an event type's data, complete in itself."""
    whole = msgspec.json.schema(kind)
    definitions: dict[str, Schema] = whole["$defs"]
    described = {
        struct.__name__: _describe(definitions[struct.__name__], struct)
        for struct in structs_of(kind)
    }
    own = described.pop(kind.__name__)
    schema = {
        "$schema": DIALECT,
        "$id": kind.schema,
        **own,
        "title": kind.type,
    }
    if kind in PLANNED_TYPES:
        schema |= {"description": f"{PLANNED} {own['description']}", "x-planned": True}
    return schema | {"$defs": described} if described else schema


def envelope_schema() -> Schema:
    """The schema of what is around the data, the same for all types."""
    digits = {"type": "string", "pattern": "^[0-9]{20}$"}
    text = {"type": "string", "minLength": 1}
    definitions = {name: msgspec.json.schema(alias) for name, alias in _ALIASES.items()}
    properties: Schema = {
        "sequence": digits
        | {"description": "Gapless per source over all topics, growing within each partition."},
        "predecessor": digits
        | {
            "description": "The sequence before this one in the same partition from the same "
            "source; twenty zeros for the first."
        },
        "specversion": {"const": SPECVERSION},
        "id": definitions["id"]
        | {"description": "Of the event: UUIDv7, made by the command that caused it."},
        "source": {
            "type": "string",
            "pattern": "^/mitmach/[a-z]+/[0-9a-f]+$",
            "description": "`/mitmach/<service>/<database id>`.",
        },
        "type": text | {"description": "`mitmach.<entity>.<past tense>`."},
        "subject": text | {"description": "Id of what the event is about."},
        "time": definitions["time"]
        | {
            "description": "When it happened: RFC 3339, UTC, microseconds.",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$",
        },
        "recordedtime": definitions["time"]
        | {
            "description": "When it was recorded, in the same form, where that is later than it "
            "happened: of what was imported. Events are in the order of their recording.",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$",
        },
        "datacontenttype": {"const": CONTENT_TYPE},
        "dataschema": {
            "type": "string",
            "format": "uri",
            "pattern": f"^({URN}|https?://)",
            "description": "`<public address>/schemas/<type>/<version>.json` as of when it "
            f"happened; `{URN}<type>:<version>` where the installation has no public address.",
        },
        "partitionkey": text | {"description": "The Kafka key."},
        "actor": definitions["actor"]
        | {
            "description": "Who did it: by the id that the API shows, or by an alias for this kind"
            " of act; absent for the system.",
        },
        "traceparent": {
            "type": "string",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": "W3C trace context; may be absent. In an event for data teams its ids"
            " are the event's own, which only the platform leads back to the request behind it.",
        },
        "data": {"type": "object", "description": "As `dataschema` says."},
    }
    return {
        "$schema": DIALECT,
        "$id": schema_name(ENVELOPE, 1),
        "title": "Envelope",
        "description": "CloudEvents 1.0, structured mode. Readers ignore attributes they don't "
        "know.",
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in OPTIONAL],
    }


OPTIONAL = frozenset({"recordedtime", "actor", "traceparent"})
"""Attributes that an event may do without."""

_ALIASES: dict[str, Any] = {"id": Id, "time": Moment, "actor": PersonOrAlias}


def structs_of(kind: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """The class itself and every structure nested in its fields."""
    found: dict[type[msgspec.Struct], None] = {}

    def walk(node: Any) -> None:
        match node:
            case msgspec.inspect.StructType(cls=struct, fields=fields):
                if struct not in found:
                    found[struct] = None
                    for field in fields:
                        walk(field.type)
            case msgspec.inspect.UnionType(types=types):
                for member in types:
                    walk(member)
            case msgspec.inspect.VarTupleType(item_type=item):
                walk(item)
            case msgspec.inspect.Metadata(type=inner):
                walk(inner)

    walk(msgspec.inspect.type_info(kind))
    return list(found)


def summary_of(kind: type) -> str:
    """What a docstring says before it lists attributes, as one paragraph per paragraph."""
    before = (inspect.getdoc(kind) or "").partition("\nAttributes:\n")[0]
    return "\n\n".join(" ".join(part.split()) for part in before.split("\n\n") if part.strip())


def attributes_of(kind: type) -> dict[str, str]:
    """What docstrings say about each field, those of base classes included."""
    described: dict[str, str] = {}
    for ancestor in reversed(kind.__mro__):
        if ancestor is EventData:  # its attributes are the class's, not the event's
            continue
        listed = inspect.cleandoc(ancestor.__doc__ or "").partition("\nAttributes:\n")[2]
        for name, text in re.findall(r"(?ms)^    (\w+): (.*?)(?=^    \w+: |\Z)", listed):
            described[name] = " ".join(text.split())
    return described


def _describe(schema: Schema, kind: type[msgspec.Struct]) -> Schema:
    described = attributes_of(kind)
    properties = {}
    for name, given in schema["properties"].items():
        shape = _typed(given)
        if name in described:
            shape = {"description": described[name]} | {
                key: value for key, value in shape.items() if key != "description"
            }
        properties[name] = shape
    return {
        "title": kind.__name__,
        "description": summary_of(kind),
        "type": "object",
        "properties": properties,
        "required": schema.get("required", []),
    }


def _typed(shape: Any) -> Any:
    """Says what tools that make tables want to know: words are strings, and some are planned."""
    if isinstance(shape, dict):
        inner = {key: _typed(value) for key, value in shape.items()}
        if "enum" not in inner:
            return inner
        planned = sorted(planned_words(inner["enum"]))
        return {"type": "string", **inner, **({"x-planned": planned} if planned else {})}
    if isinstance(shape, list):
        return [_typed(member) for member in shape]
    return shape
