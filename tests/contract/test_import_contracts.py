"""Each import contract of pyproject.toml refuses an import that breaks it.

A contract may be written so that nothing can break it: a module's name that nobody has any more, a
layer in the wrong place. So each is broken once on purpose, in a copy of the tree, and the linter
must name it. A contract without an example here fails as well.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
NAMES = [contract["name"] for contract in LINTER["contracts"]]


class Example(NamedTuple):
    """An import that a contract forbids.

    Attributes:
        file: The module that imports.
        imported: What it mustn't import.
    """

    file: str
    imported: str


BREAKING = {
    "The command line uses services, services use shared, never the reverse": Example(
        "services/posts/app.py", "mitmach.platform"
    ),
    "The product knows neither its tools nor its tests": Example(
        "mitmach/__main__.py", "tests.support"
    ),
    "Tools know no test": Example("tooling/audit.py", "tests.support"),
    "Services talk through Kafka, not through imports": Example(
        "services/posts/store.py", "services.groups.store"
    ),
    "Writing services are layered": Example(
        "services/contests/domain/__init__.py", "services.contests.store"
    ),
    "The metrics service is layered": Example(
        "services/metrics/store/write/writer.py", "services.metrics.api"
    ),
    "Business code knows no framework and no driver": Example(
        "services/posts/domain/__init__.py", "fastapi"
    ),
    "Four rooms on top of each other: contract, delivery, web, and the runtime around them": (
        Example("shared/delivery/lease.py", "shared.runtime.assembly")
    ),
    "The contract is layered": Example("shared/contract/ids.py", "shared.contract.tags"),
    "The delivery is layered": Example("shared/delivery/log.py", "shared.delivery.committer"),
    "The web is layered": Example("shared/web/quotas.py", "shared.web.http"),
    "The audience is layered": Example("shared/audience/entities.py", "shared.audience.news"),
    "HTTP is layered": Example("shared/web/http/limits.py", "shared.web.http.context"),
    "What a route is made of is layered": Example(
        "shared/web/http/routing/versions.py", "shared.web.http.routing.measured"
    ),
    "The middleware is layered": Example(
        "shared/web/http/middleware/answers.py", "shared.web.http.middleware.request_middleware"
    ),
    "A request's context stands on that of its service": Example(
        "shared/web/http/context/web.py", "shared.web.http.context.request"
    ),
    "What is read of a request is read independently": Example(
        "shared/web/http/requests/ids.py", "shared.web.http.requests.paths"
    ),
    "Problems are layered": Example(
        "shared/web/http/problems/refusals.py", "shared.web.http.problems.documents"
    ),
    "Identity is layered": Example("shared/web/identity/subjects.py", "shared.web.identity.tokens"),
    "Access is layered": Example(
        "shared/contract/access/grants.py", "shared.contract.access.table"
    ),
    "The runtime is layered": Example(
        "shared/runtime/settings/__init__.py", "shared.runtime.health"
    ),
    "A process is layered": Example(
        "shared/runtime/process/parts.py", "shared.runtime.process.roles"
    ),
    "The delivery knows nothing of the business": Example(
        "shared/delivery/lease.py", "shared.contract.tags"
    ),
    "The web knows nothing of Kafka": Example("shared/web/quotas.py", "aiokafka"),
    "Only shared.delivery.mongo imports the driver": Example("shared/delivery/lease.py", "pymongo"),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the modules and of their contracts."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in LINTER["root_packages"]:
        for file in (ROOT / package).rglob("*.py"):
            target = copy / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return copy


def broken_contracts(tree: Path) -> list[str]:
    """Names of the contracts that the linter refuses."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=tree,
        env=os.environ | {"COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return [
        line.removesuffix(" BROKEN")
        for line in done.stdout.splitlines()
        if line.endswith(" BROKEN")
    ]


def test_the_copy_keeps_every_contract(tree: Path) -> None:
    assert broken_contracts(tree) == []


def test_no_example_is_left_of_a_contract_that_is_gone() -> None:
    assert set(BREAKING) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_refuses_what_breaks_it(tree: Path, name: str) -> None:
    assert name in BREAKING, "give it an example of an import that it forbids"
    example = BREAKING[name]
    module = tree / example.file
    source = module.read_text()
    module.write_text(f"{source}\nimport {example.imported}\n")
    try:
        assert name in broken_contracts(tree)
    finally:
        module.write_text(source)
