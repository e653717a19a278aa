"""The AsyncAPI 3 document of the event contract: topics, keys, messages, who may read what."""

import re
from typing import Any

from shared.contract.events.envelope import STRUCTURED, EventData
from shared.contract.events.planned import PLANNED_TOPICS, PLANNED_TYPES
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.topics import TOPICS, TopicPlan, dlq_plan
from shared.contract.services import ServiceName
from tooling.generators.schemas import (
    PLANNED,
    Schema,
    as_json,
    envelope_schema,
    schema_of,
    summary_of,
)

PATH = "schemas/asyncapi.json"
BINDING = "0.5.0"  # of the Kafka bindings' specification


def generate() -> dict[str, bytes]:
    """The document, by path."""
    return {PATH: as_json(document())}


def document() -> Schema:
    """The whole document. It needs no other file: schemas are repeated in its components."""
    plans = [*TOPICS.values(), *(dlq_plan(service) for service in map(str, ServiceName))]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Mitmach events",
            "version": "1.0.0",
            "description": "Every event of the platform. Delivery is at least once; with "
            "`sequence` and `predecessor` a reader counts each event exactly once and notices "
            "what is missing. docs/events.md says how.",
        },
        "defaultContentType": STRUCTURED,
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka-secure",
                "variables": {"bootstrap": {"default": "localhost:9092"}},
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
            }
        },
        "channels": {plan.name: _channel(plan) for plan in plans},
        "operations": dict(operation for plan in plans for operation in _operations(plan)),
        "components": {
            "securitySchemes": {
                "scram": {
                    "type": "scramSha512",
                    "description": "SASL over TLS. Access control lists of the broker grant each "
                    "principal what `x-writer` and `x-readers` of a channel say, nothing more.",
                }
            },
            "messages": {_name(kind): _message(kind) for kind in EVENT_CLASSES}
            | {"dead-letter": _dead_letter()},
            "schemas": _schemas(),
        },
    }


def _name(kind: type[EventData]) -> str:
    return kind.type if kind.version == 1 else f"{kind.type}.{kind.version}"


def _types(plan: TopicPlan) -> list[str]:
    named = [_name(kind) for kind in EVENT_CLASSES if kind.topic == plan.name]
    return named or ["dead-letter"]


def _readers(plan: TopicPlan) -> list[str]:
    return [*plan.readers, *(["data teams"] if plan.data_teams else [])] or ["operators"]


def _channel(plan: TopicPlan) -> Schema:
    readers = _readers(plan)
    return {
        "address": plan.name,
        "title": plan.name,
        "description": f"{plan.description} Key: {plan.key}. Read by: {', '.join(readers)}.",
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _types(plan)},
        "bindings": {
            "kafka": {
                "topic": plan.name,
                "partitions": plan.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": plan.retention_ms,
                },
                "bindingVersion": BINDING,
            }
        },
        "x-writer": plan.writer,
        "x-readers": readers,
        **({"x-planned": True} if plan.name in PLANNED_TOPICS else {}),
    }


def _operations(plan: TopicPlan) -> list[tuple[str, Schema]]:
    channel = f"#/channels/{plan.name}"
    messages = [{"$ref": f"{channel}/messages/{name}"} for name in _types(plan)]
    common = {
        "channel": {"$ref": channel},
        "security": [{"$ref": "#/components/securitySchemes/scram"}],
        "messages": messages,
    }
    send: Schema = {
        "action": "send",
        "summary": f"The {plan.writer} service publishes to {plan.name}.",
        "description": f"Permission: write, for the {plan.writer} service alone.",
    }
    receive: Schema = {
        "action": "receive",
        "summary": f"Readers of {plan.name}.",
        "description": f"Permission: read, for {', '.join(_readers(plan))}.",
    }
    return [(f"send.{plan.name}", send | common), (f"receive.{plan.name}", receive | common)]


def _message(kind: type[EventData]) -> Schema:
    planned = kind in PLANNED_TYPES
    summary = summary_of(kind).partition("\n\n")[0]
    return {
        "name": kind.type,
        "title": kind.__name__,
        "summary": f"{PLANNED} {summary}" if planned else summary,
        "contentType": STRUCTURED,
        "headers": {
            "type": "object",
            "properties": {
                "content-type": {"const": STRUCTURED},
                "traceparent": {
                    "type": "string",
                    "description": "The same as in the event.",
                },
            },
            "required": ["content-type"],
        },
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/envelope"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": kind.type},
                        "dataschema": {"pattern": _schema_pattern(kind)},
                        "data": {"$ref": f"#/components/schemas/{_component(kind)}"},
                    },
                },
            ]
        },
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"`{kind.key_field}` of the data."},
                "bindingVersion": BINDING,
            }
        },
        "x-subject": f"`{kind.subject_field}` of the data.",
        **({} if kind.naming is None else {"x-actor-alias": kind.naming.actor}),
        **({"x-planned": True} if planned else {}),
    }


def _schema_pattern(kind: type[EventData]) -> str:
    """Matches `dataschema` of a type and version, with whatever public address."""
    return f"^({re.escape(kind.schema)}|https?://.+{re.escape(kind.schema_file)})$"


def _dead_letter() -> Schema:
    prefix = "__dlq.errors."
    meanings = {
        "letter": "Its id, as `mitmach dlq` names it.",
        "topic": "Where the record came from.",
        "partition": "Its partition there.",
        "offset": "Its offset there.",
        "group": "The consumer group that gave it up.",
        "delivery.count": "How often it was tried.",
        "message": "The reason, without personal data.",
    }
    return {
        "name": "dead-letter",
        "title": "DeadLetter",
        "summary": "A record that a service could neither read nor apply.",
        "description": "Key, value and headers are those of the record, byte for byte; headers "
        "say where it came from. The value may be anything.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "properties": {
                prefix + name: {"type": "string", "description": meaning}
                for name, meaning in meanings.items()
            },
            "required": [prefix + name for name in meanings],
        },
        "payload": {"description": "Anything: the value of the record as it was."},
        "bindings": {
            "kafka": {"key": {"description": "The original key."}, "bindingVersion": BINDING}
        },
    }


def _component(kind: type[EventData]) -> str:
    return f"{kind.type}.{kind.version}"


def _schemas() -> Schema:
    """All schemas as components; a structure that one nests becomes a component too."""
    components = {"envelope": _inlined(envelope_schema())}
    for kind in EVENT_CLASSES:
        schema = _inlined(schema_of(kind))
        for name, nested in schema.pop("$defs", {}).items():
            components[f"{_component(kind)}.{name}"] = nested
        prefix = f"#/components/schemas/{_component(kind)}."
        components[_component(kind)] = _rerooted(schema, prefix)
    return components


def _inlined(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in {"$schema", "$id"}}


def _rerooted(node: Any, prefix: str) -> Any:
    if isinstance(node, dict):
        return {
            key: prefix + value.removeprefix("#/$defs/")
            if key == "$ref"
            else _rerooted(value, prefix)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_rerooted(member, prefix) for member in node]
    return node
