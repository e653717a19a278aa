"""The JSON Schema of the neutral format, for whoever writes lines that `mitmach import` reads.

msgspec knows the shapes; descriptions come from the docstrings. That an act is about exactly one
thing is checked over the whole import (`checks.py`), and said here too.
"""

from typing import Any, get_args

import msgspec

from mitmach.importing import acts
from shared.contract.events.schema_addresses import schema_name
from tooling.generators.schemas import DIALECT, as_json, attributes_of, summary_of

PATH = "schemas/import/act.schema.json"
VERSION = 1

Schema = dict[str, Any]

_TARGETS = ("post", "comment", "group")


def generate() -> dict[str, bytes]:
    """The schema, by its path."""
    return {PATH: as_json(act_schema())}


def act_schema() -> Schema:
    """The schema of a line of the neutral format."""
    whole = msgspec.json.schema(acts.AnyAct)
    kinds = get_args(acts.AnyAct)
    definitions = {
        kind.__name__: _described(whole["$defs"][kind.__name__], kind)
        for kind in (*kinds, acts.Media)
    }
    return {
        "$schema": DIALECT,
        "$id": schema_name("import.act", VERSION),
        "title": "Act",
        "description": summary_of(acts.Act),
        "oneOf": whole["anyOf"],
        "$defs": definitions,
    }


def _described(schema: Schema, kind: type[msgspec.Struct]) -> Schema:
    said = attributes_of(kind)
    properties = {
        name: shape | ({"description": said[name]} if name in said else {})
        for name, shape in schema["properties"].items()
    }
    described = schema | {"description": summary_of(kind), "properties": properties}
    if kind in {acts.Edited, acts.Reacted, acts.ReactionTakenBack, acts.Deleted}:
        described["oneOf"] = [
            {"required": [name], "properties": {name: {"type": "string"}}}
            for name in _TARGETS
            if name in properties
        ]
    return described
