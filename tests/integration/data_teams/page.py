"""`docs/data-teams.md` as a data team follows it: files are written, lines are run, in a folder.

Its blocks stand behind sentences of the form that `tests/recipes/pages.py` knows. Only addresses,
passwords and ports are put in, as the page tells its reader to, and what it says of the demo.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mitmach.embedded.child import free_port
from tests.recipes.pages import steps_of

PAGE = Path(__file__).parents[3] / "docs" / "data-teams.md"
STEPS = steps_of(PAGE)
FILES = {step.file: step.block for step in STEPS if step.where == "new"}
LINES = [line for step in STEPS if step.where == "run" for line in step.block.splitlines()]

# What a data team has is in an environment that has nothing of the platform's.
TOOLS = Path(sys.prefix) / "tools" / "bin"
_ENVIRONMENT = Path(sys.prefix) / "bin"
# A line of the configuration with those that it goes on in.
_SECURITY = re.compile(r"(?m)^(?:consumer\.)?(?:security|sasl)\.(?:.*\\\n)*.*\n")
_WITHIN = 240.0  # seconds for any line; a JVM on a busy machine takes a minute


def line_with(*parts: str) -> str:
    """The one line of the page that has all of these in it."""
    (found,) = (line for line in LINES if all(part in line for part in parts))
    return found


class Team:
    """A data team with its folder.

    Args:
        folder: Where it works; made if missing.
        address: Where it reaches the broker.
        password: Its password; None where the broker asks for none, as the demo's does.

    Attributes:
        folder: Where it works.
        demo: Whether its broker is the demo's.
        new_library: Whether kcat is told to take the library that the page has linked.
    """

    def __init__(self, folder: Path, *, address: str, password: str | None) -> None:
        self.folder = folder
        self.demo = password is None
        self.new_library = False
        folder.mkdir(parents=True, exist_ok=True)
        put_in = {"localhost:9095": address, ":8083": f":{free_port()}"}
        for name, text in FILES.items():
            if password is None:
                text = _SECURITY.sub("", text)  # noqa: PLW2901 - what the page says of the demo
            for old, new in (*put_in.items(), ("PASSWORD", password or "")):
                text = text.replace(old, new)  # noqa: PLW2901 - one after the other
            (folder / name).write_text(text)

    def run(self, line: str) -> str:
        """What a line of the page prints; the test fails if it doesn't end well."""
        done = subprocess.run(
            self._command(line),
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_WITHIN,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    @contextmanager
    def running(self, line: str) -> Iterator[subprocess.Popen[bytes]]:
        """A line of the page that doesn't end by itself; it is killed when the block ends."""
        with (self.folder / "running.log").open("wb") as log:
            process = subprocess.Popen(
                self._command(f"exec {line}"),
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def wait_until(self, reached: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
        """Waits; the test fails if the process ends before, or takes too long."""
        deadline = time.monotonic() + _WITHIN
        while not reached():
            said = (self.folder / "running.log").read_text()[-3000:]
            assert process.poll() is None, f"it ended with {process.poll()}: {said}"
            assert time.monotonic() < deadline, f"not within {_WITHIN:g} s: {said}"
            time.sleep(0.01)

    def _command(self, line: str) -> list[str]:
        if self.demo:  # as the page says of the demo
            line = line.replace(" -G ", " -X session.timeout.ms=6000 -G ")
        return ["sh", "-ec", line]

    def _environment(self) -> dict[str, str]:
        found = {**os.environ, "PATH": f"{TOOLS}:{_ENVIRONMENT}:{os.environ['PATH']}"}
        if self.new_library:
            found["LD_LIBRARY_PATH"] = str(self.folder / "lib")
        return found
