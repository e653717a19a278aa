"""Variables and secret files with our prefix that nothing reads: most likely spelled wrong.

Ignored in silence, `MITMACH_MONGO_URL` leaves a process with the default address of its database.
A variable that another role or command of ours reads is none of those: one file with settings may
serve them all.
"""

import difflib
import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from shared.runtime.settings.names import NAMES

PREFIX = "MITMACH_"

# What isn't a setting of a process: read by the command line, by `docker compose`, by failpoints,
# by our tests and by what makes a release.
OTHERS = frozenset(
    {
        "MITMACH_DATA",
        "MITMACH_SECRETS_DIR",
        "MITMACH_FAILPOINTS",
        "MITMACH_NETWORK",
        "MITMACH_OPERATOR",
        "MITMACH_PORT",
        "MITMACH_COMPOSE_TEST",
        "MITMACH_GOLDEN",
        "MITMACH_KUBECTL",
        "MITMACH_PEERS",
        "MITMACH_TEST_DISK",
    }
)

# What Kubernetes and Docker tell a container about a service whose name begins like ours:
# `MITMACH_ORIGIN_SERVICE_HOST`, `MITMACH_ORIGIN_PORT_8080_TCP_ADDR` and their like.
_LINKS = re.compile(
    r".*_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_LINK_TO = re.compile(r"(?:tcp|udp|sctp)://")


def unknown_variables(known: Collection[str]) -> Iterator[str]:
    """A sentence for each variable of the environment that no program of ours reads.

    Args:
        known: Names that the process knows beside those of this list: a service of one's own.
    """
    names = NAMES | OTHERS | set(known)
    for variable in sorted(os.environ):
        if _is_unknown(variable, names) and not _is_link(variable):
            yield f"The setting {variable} doesn't exist; {_advice(variable, names)}"


def unknown_files(files: Iterable[Path], known: Collection[str]) -> Iterator[str]:
    """A sentence for each file of the secrets that is named like a setting and is none.

    Args:
        files: What lies in the folder.
        known: Names that the process knows beside those of this list.
    """
    names = NAMES | set(known)
    for file in sorted(files):
        if _is_unknown(file.name, names):
            advice = _advice(file.name, names)
            yield f"The setting {file.name.upper()} of the file {file} doesn't exist; {advice}"


def _is_unknown(name: str, names: Collection[str]) -> bool:
    return name.upper().startswith(PREFIX) and name.upper() not in names


def _advice(name: str, names: Collection[str]) -> str:
    short = {known.removeprefix(PREFIX): known for known in names}
    near = difflib.get_close_matches(name.upper().removeprefix(PREFIX), short, n=1, cutoff=0.6)
    return f"did you mean {short[near[0]]}?" if near else "--help lists all settings."


def _is_link(variable: str) -> bool:
    return _LINKS.fullmatch(variable) is not None or (
        variable.endswith("_PORT") and _LINK_TO.match(os.environ[variable]) is not None
    )
