"""The documents in the repository that code makes: `make generate` writes, `make check` compares.

A reader of the repository sees the contract without running anything, and a change of the contract
shows in the diff that causes it. A generator is one entry in `GENERATORS`; what it produces depends
on nothing but the code.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tooling.generators import (
    asyncapi,
    dashboards,
    event_reference,
    kpi_reference,
    kubernetes,
    metrics_reference,
    openapi,
    origin,
    problem_reference,
    rules,
    schemas,
)

ROOT = Path(__file__).resolve().parent.parent


class Generator(NamedTuple):
    """A family of generated documents.

    Attributes:
        name: The family's name, for messages.
        owns: Glob patterns, relative to the repository, of all files that it may produce; a file
            that matches but isn't produced any more is out of date too.
        produce: Gives the content of each file by its path relative to the repository.
    """

    name: str
    owns: Sequence[str]
    produce: Callable[[], Mapping[str, bytes]]


GENERATORS: tuple[Generator, ...] = (
    Generator(
        "event schemas",
        ("schemas/mitmach.*/*.json", "schemas/envelope/*.json"),
        schemas.generate,
    ),
    Generator("AsyncAPI", (asyncapi.PATH,), asyncapi.generate),
    Generator("OpenAPI", (f"{openapi.FOLDER}/*.json",), openapi.generate),
    Generator("event reference", (event_reference.PATH,), event_reference.generate),
    Generator("KPI reference", (kpi_reference.PATH,), kpi_reference.generate),
    Generator("metrics reference", (metrics_reference.PATH,), metrics_reference.generate),
    Generator("problem reference", (problem_reference.PATH,), problem_reference.generate),
    Generator("dashboards", (f"{dashboards.FOLDER}/*.json",), dashboards.generate),
    Generator("rules of Prometheus", (rules.PATH,), rules.generate),
    Generator("Kubernetes", kubernetes.OWNS, kubernetes.generate),
    Generator("origin", (origin.PATH,), origin.generate),
)


def differences(generator: Generator, root: Path = ROOT) -> Iterator[tuple[Path, bytes | None]]:
    """What to write so that the repository agrees with the code; None for a file that must go."""
    wanted = {root / path: content for path, content in generator.produce().items()}
    for path, content in sorted(wanted.items()):
        if not path.is_file() or path.read_bytes() != content:
            yield path, content
    for pattern in generator.owns:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and path not in wanted:
                yield path, None


def main(arguments: Sequence[str]) -> int:
    """Writes what differs; with `--check` only says what does, and fails if anything."""
    check = "--check" in arguments
    stale = False
    for generator in GENERATORS:
        for path, content in differences(generator):
            stale = True
            shown = path.relative_to(ROOT)
            print(f"{generator.name}: {shown} {'is out of date' if check else 'written'}")  # noqa: T201 - a command
            if check:
                continue
            if content is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    if check and stale:
        print("Run `make generate` and commit what it writes.")  # noqa: T201 - a command
    return int(check and stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
