"""The documents in the repository that code makes: `make generate` writes, `make check` compares.

A reader of the repository sees the contract without running anything, and a change of the contract
shows in the diff that causes it. A generator is one entry in `GENERATORS`; what it produces depends
on nothing but the code.
"""

import sys
from collections.abc import Sequence

from tooling.documents import Generator, write_or_compare
from tooling.generators import (
    asyncapi,
    dashboards,
    event_reference,
    import_schema,
    kpi_reference,
    kubernetes,
    metrics_reference,
    openapi,
    origin,
    problem_reference,
    role_reference,
    rules,
    schemas,
    setting_names,
)

GENERATORS: tuple[Generator, ...] = (
    Generator(
        "event schemas",
        ("schemas/mitmach.*/*.json", "schemas/envelope/*.json"),
        schemas.generate,
    ),
    Generator("schema of imports", ("schemas/import/*.json",), import_schema.generate),
    Generator("AsyncAPI", (asyncapi.PATH,), asyncapi.generate),
    Generator("OpenAPI", (f"{openapi.FOLDER}/*.json",), openapi.generate),
    Generator("event reference", (event_reference.PATH,), event_reference.generate),
    Generator("KPI reference", (kpi_reference.PATH,), kpi_reference.generate),
    Generator("metrics reference", (metrics_reference.PATH,), metrics_reference.generate),
    Generator("problem reference", (problem_reference.PATH,), problem_reference.generate),
    Generator("role reference", (role_reference.PATH,), role_reference.generate),
    Generator("dashboards", (f"{dashboards.FOLDER}/*.json",), dashboards.generate),
    Generator("rules of Prometheus", (rules.PATH,), rules.generate),
    Generator("names of settings", (setting_names.PATH,), setting_names.generate),
    Generator("Kubernetes", kubernetes.OWNS, kubernetes.generate),
    Generator("origin", (origin.PATH,), origin.generate),
)


def main(arguments: Sequence[str]) -> int:
    """Writes what differs; with `--check` only says what does, and fails if anything."""
    return write_or_compare(GENERATORS, check="--check" in arguments, remedy="make generate")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
