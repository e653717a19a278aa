"""The TypeScript client: ordinary calls compile, wrong ones don't, what it adds does as it says."""

import json
import re
from pathlib import Path

import pytest

from tests.support.node import run_in_client, run_node_program
from tooling.clients import TYPESCRIPT

pytestmark = pytest.mark.tools


def test_ordinary_calls_compile_and_wrong_ones_do_not() -> None:
    # `// @ts-expect-error` makes a wrong call that compiles an error.
    run_node_program("tsc")


@pytest.mark.faults_long
def test_the_package_needs_nothing_of_node() -> None:
    """What browsers load is compiled without Node's types, which the tests use."""
    run_node_program("tsc", "-p", "tsconfig.build.json", "--noEmit")


def test_requests_are_repeated_and_streams_taken_up_again(tmp_path: Path) -> None:
    sources = [str(path) for path in sorted((TYPESCRIPT / "test").glob("*.test.ts"))]
    options = ("--bundle", "--format=esm", "--platform=node", "--log-level=warning")
    run_node_program(
        "esbuild", *sources, *options, "--out-extension:.js=.mjs", f"--outdir={tmp_path}"
    )
    said = run_in_client("node", "--test", str(tmp_path))
    passed = re.search(r"^# pass (\d+)$", said, re.MULTILINE)
    assert passed is not None
    assert int(passed[1]) >= 18


def test_nothing_names_where_packages_come_from() -> None:
    lock = json.loads((TYPESCRIPT / "package-lock.json").read_text())
    packages = [value for path, value in lock["packages"].items() if path]
    assert packages
    assert [value for value in packages if "resolved" in value or "integrity" not in value] == []
