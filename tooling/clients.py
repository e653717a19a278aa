"""The clients in `clients/`, made by generators of the ecosystem from the origin's one document.

`make clients` writes what is generated in them; a test compares, and so does this with `--check`.
They aren't among the documents of `tooling/generate.py`, because their generators are programs that
a machine may lack: Node with what `clients/typescript/package-lock.json` names, and the environment
of `requirements/tools.txt`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tooling.documents import ROOT, Generator, write_or_compare
from tooling.servers.not_available import NotAvailable

DOCUMENT = ROOT / "schemas" / "openapi" / "origin.json"
TYPESCRIPT = ROOT / "clients" / "typescript"
PYTHON = ROOT / "clients" / "python"

TYPES = "clients/typescript/src/schema.ts"
PACKAGE = "clients/python/mitmach_client"

_TOOLS = Path(sys.prefix) / "tools" / "bin"
_SECONDS = 120  # each takes a few, on a machine with nothing else to do


def node_program(name: str) -> str:
    """A program that `npm ci` has installed for the TypeScript client.

    Raises:
        NotAvailable: Node is missing, or nothing was installed.
    """
    if shutil.which("node") is None:
        raise NotAvailable("The TypeScript client needs Node 20 (no `node` here)")
    program = TYPESCRIPT / "node_modules" / ".bin" / name
    if not program.exists():
        raise NotAvailable(
            "The packages of the TypeScript client aren't installed (`make clients`)"
        )
    return str(program)


def typescript_types() -> Mapping[str, bytes]:
    """The types of all paths and schemas.

    Raises:
        NotAvailable: Its generator can't run here.
    """
    program = node_program("openapi-typescript")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "schema.ts"
        _run([program, str(DOCUMENT), "--output", str(made)])
        return {TYPES: made.read_bytes()}


def python_package() -> Mapping[str, bytes]:
    """A package with a module per operation and a class per schema.

    Raises:
        NotAvailable: Its generator isn't installed.
    """
    program = _TOOLS / "openapi-python-client"
    if not program.exists():
        raise NotAvailable("openapi-python-client isn't installed (`make clients`)")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "mitmach_client"
        source = ["--path", str(DOCUMENT), "--config", str(PYTHON / "generator.yml")]
        target = ["--output-path", str(made), "--meta", "none", "--fail-on-warning"]
        _run([str(program), "generate", *source, *target])
        files = [path for path in sorted(made.rglob("*")) if path.is_file()]
        kept = [path for path in files if not {".ruff_cache", "__pycache__"} & set(path.parts)]
        return {f"{PACKAGE}/{path.relative_to(made)}": path.read_bytes() for path in kept}


CLIENTS = (
    Generator("TypeScript client", (TYPES,), typescript_types),
    Generator("Python client", (f"{PACKAGE}/**/*.py", f"{PACKAGE}/py.typed"), python_package),
)


def _run(command: Sequence[str]) -> None:
    # The Python client's generator calls the ruff that was locked with it.
    path = os.pathsep.join([str(_TOOLS), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        env=os.environ | {"PATH": path, "NO_COLOR": "1"},
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def main(arguments: Sequence[str]) -> int:
    """Writes what differs; with `--check` only says what does. Names what can't be made here."""
    code = 0
    for client in CLIENTS:
        try:
            code |= write_or_compare((client,), check="--check" in arguments, remedy="make clients")
        except NotAvailable as reason:
            print(f"SKIPPED {client.name}: {reason}")  # noqa: T201 - a command
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
