"""docs/api.md, followed on a running platform: its blocks of each language are one program."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.node import run_node_program
from tests.support.platform import Platform
from tooling.clients import PYTHON, TYPESCRIPT
from tooling.documents import ROOT

pytestmark = pytest.mark.tools

running = pytest.mark.asyncio(loop_scope="package")

GUIDE = (ROOT / "docs" / "api.md").read_text()
WITHIN = 120.0  # seconds; a few are usual


def program(language: str) -> str:
    """All blocks of a language, in their order."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert blocks
    return "\n".join(blocks)


async def run(*command: str, **environment: str) -> str:
    """What a program says, which must end well."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | environment,
    )
    async with asyncio.timeout(WITHIN):
        said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


def at(platform: Platform, text: str) -> str:
    """The guide's program, with the address of this platform."""
    assert "http://localhost:8000" in text
    return text.replace("http://localhost:8000", platform.address)


def test_every_block_is_of_a_language_that_is_run() -> None:
    fences = re.findall(r"^```(\w*)$", GUIDE, re.MULTILINE)
    assert set(fences) == {"sh", "ts", "python", ""}
    assert fences.count("") == len(fences) / 2


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="curl or jq isn't installed"
)
@running
async def test_the_shell_of_the_guide_runs(platform: Platform, tmp_path: Path) -> None:
    script = tmp_path / "guide.sh"
    # A person and keys of their own: the guide may have been followed here before.
    text = at(platform, program("sh")).replace("mia.schoen", f"mia-{uuid4().hex[:8]}")
    script.write_text(f"set -euo pipefail\n{text}echo followed\n")
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    said = await run("bash", str(script), PATH=tools, MITMACH_DATA=str(platform.data))
    assert said.endswith("followed\n")


@running
async def test_the_typescript_of_the_guide_runs(platform: Platform, tmp_path: Path) -> None:
    token = platform.token(f"mia-{uuid4().hex[:8]}", "analyst")
    module = tmp_path / "guide.ts"
    module.write_text(f'const token = "{token}";\n{at(platform, program("ts"))}')
    options = ("--bundle", "--format=esm", "--platform=node", "--log-level=warning")
    alias = f"--alias:@mitmach/client={TYPESCRIPT / 'src' / 'index.ts'}"
    run_node_program("esbuild", str(module), *options, alias, f"--outfile={tmp_path / 'guide.mjs'}")
    assert "events" in await run("node", str(tmp_path / "guide.mjs"))


@running
async def test_the_python_of_the_guide_runs(platform: Platform, tmp_path: Path) -> None:
    eve = await platform.visitor(f"eve-{uuid4().hex[:8]}", "editor")
    module = tmp_path / "guide.py"
    module.write_text(f'editors_token = "{eve.token}"\n{at(platform, program("python"))}')
    await run(sys.executable, str(module), PYTHONPATH=str(PYTHON))
