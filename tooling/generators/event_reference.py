"""docs/events.md: a head written by hand (`event_reference.md`, beside this), then every type."""

from pathlib import Path
from typing import Any

import msgspec

from shared.contract.aliases import ENTRY
from shared.contract.events.envelope import EventData
from shared.contract.events.planned import PLANNED_TOPICS, PLANNED_TYPES, planned_words
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.topics import TOPICS, TopicPlan
from shared.contract.events.vocabulary import (
    Code,
    ErasureId,
    Id,
    Login,
    PersonId,
    PersonOrAlias,
    TagWord,
)
from tooling.generators.schemas import PLANNED, attributes_of, schema_of, structs_of, summary_of

PATH = "docs/events.md"
HEAD = Path(__file__).with_suffix(".md")
DAY_MS = 24 * 60 * 60 * 1000

# A shape of strings is recognised by its pattern.
_SHAPES: dict[str, str] = {
    msgspec.json.schema(alias)["pattern"]: name
    for name, alias in (
        ("id", Id),
        ("person id", PersonId),
        ("person id or alias", PersonOrAlias),
        ("login", Login),
        ("topic", TagWord),
        ("code", Code),
        ("erasure", ErasureId),
    )
}


def generate() -> dict[str, bytes]:
    """The page, by path."""
    parts = [HEAD.read_text(encoding="utf-8").rstrip(), "", "## Topics", "", *_topic_table()]
    for plan in TOPICS.values():
        parts += ["", f"## Types on `{plan.name}`", "", plan.description]
        for kind in EVENT_CLASSES:
            if kind.topic == plan.name:
                parts += ["", *_section(kind)]
    return {PATH: ("\n".join(parts) + "\n").encode()}


def _topic_table() -> list[str]:
    rows = [
        "| topic | key | partitions | kept | written by | read by |",
        "|---|---|---|---|---|---|",
    ]
    rows += [
        f"| `{plan.name}`{' (planned)' * (plan.name in PLANNED_TOPICS)} | {plan.key} "
        f"| {plan.partitions} | {_kept(plan)} | {plan.writer} | {_readers(plan)} |"
        for plan in TOPICS.values()
    ]
    rows.append(
        "| `dlq.mitmach.<service>` | original key | 1 | 30 days | each service | operators |"
    )
    return rows


def _kept(plan: TopicPlan) -> str:
    return "for ever" if plan.retention_ms < 0 else f"{plan.retention_ms // DAY_MS} days"


def _readers(plan: TopicPlan) -> str:
    return ", ".join([*plan.readers, *(["data teams"] if plan.data_teams else [])]) or "operators"


def _section(kind: type[EventData]) -> list[str]:
    schema = schema_of(kind)
    link = f"[schema](..{kind.schema_file})"
    lines = [
        f"### {kind.type}",
        "",
        *([f"**{PLANNED}**", ""] if kind in PLANNED_TYPES else []),
        summary_of(kind),
        "",
        f"Subject `{kind.subject_field}`, key `{kind.key_field}`, version {kind.version}, {link}.",
        "",
        *_field_table(kind, schema),
        *_people(kind),
    ]
    for nested in structs_of(kind)[1:]:
        lines += [
            "",
            f"`{nested.__name__}`: {summary_of(nested)}",
            "",
            *_field_table(nested, schema["$defs"][nested.__name__]),
        ]
    return lines


def _people(kind: type[EventData]) -> list[str]:
    """Under which alias a type tells who did it, and when it names them."""
    naming = kind.naming
    if naming is None:
        return []
    actor = f"`actor`: an alias of the kind `{naming.actor}`"
    if naming.actor_like:
        fields = " or ".join(f"`{field}`" for field in naming.actor_like)
        actor += f"; if it is the same person as {fields}, what stands there"
    told = [actor]
    if naming.entrants:
        when = "" if naming.masked else " while the contest shows no entrants"
        fields = " and ".join(f"`{field}`" for field in naming.entrants)
        told.append(f"{fields}: an alias of the kind `{ENTRY}`{when}")
    return ["", ". ".join(told) + "."]


def _field_table(kind: type[Any], schema: dict[str, Any]) -> list[str]:
    described = attributes_of(kind)
    rows = ["| field | shape | meaning |", "|---|---|---|"]
    for name, shape in schema["properties"].items():
        optional = "" if name in schema["required"] else ", may be absent"
        rows.append(f"| `{name}` | {_shape(shape)}{optional} | {described.get(name, '')} |")
    return rows


def _shape(shape: dict[str, Any]) -> str:
    match shape:
        case {"anyOf": [inner, {"type": "null"}], "default": None}:
            return _shape(inner)
        case {"anyOf": [inner, {"type": "null"}]}:
            return f"{_shape(inner)} or null"
        case {"enum": words}:
            planned = planned_words(words)
            return " ".join(f"`{word}`{' (planned)' * (word in planned)}" for word in words)
        case {"$ref": ref}:
            return f"`{ref.rpartition('/')[2]}`"
        case {"type": "array", "items": items}:
            return f"list of: {_shape(items)}"
        case {"pattern": pattern} if pattern in _SHAPES:
            return _SHAPES[pattern]
        case {"format": "date-time"}:
            return "time"
    return {"boolean": "flag", "integer": "whole number", "number": "number"}[shape["type"]]
