"""Where the schema of an event's data is: the value of `dataschema`, always an absolute URI.

An installation whose public address is set names the file that it serves:
`https://mitmach.example/schemas/mitmach.reaction.added/1.json`. One without names the schema all
the same, by a URN: `urn:mitmach:schema:mitmach.reaction.added:1`. Both end with type and version,
and these alone tell a reader what it has before it: an address may change, and events that were
committed before keep the one of their time.
"""

import re

URN = "urn:mitmach:schema:"
_FILE = re.compile(r"(?:^|/)schemas/([a-z_.]+)/([1-9][0-9]*)\.json$")


def schema_name(kind: str, version: int) -> str:
    """The name of a schema wherever it is: a URN.

    Args:
        kind: An event type; `envelope` for what is around the data of all types.
        version: The version of the schema.
    """
    return f"{URN}{kind}:{version}"


def schema_file(kind: str, version: int) -> str:
    """The path of a schema, in the repository and behind an installation's public address."""
    return f"/schemas/{kind}/{version}.json"


def schema_address(kind: str, version: int, public_url: str = "") -> str:
    """The address of a schema where the installation has a public one, else its name.

    Args:
        kind: An event type, or `envelope`.
        version: The version of the schema.
        public_url: Under which address clients reach the installation; empty if that isn't known.
    """
    return f"{public_url}{schema_file(kind, version)}" if public_url else schema_name(kind, version)


def name_at(address: str) -> str:
    """The name of the schema at an address, whichever installation it belongs to.

    What is no address of a schema file is given back as it is.
    """
    found = _FILE.search(address)
    return schema_name(found[1], int(found[2])) if found else address
