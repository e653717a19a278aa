"""Programs of other ecosystems that tests ask, built or installed once into the user's cache."""

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

CACHE = Path.home() / ".cache" / "mitmach"


def built(name: str, source: Path, build: Callable[[Path], None]) -> Path:
    """The folder of a program that is ready; made once for each state of its sources.

    Args:
        name: What the folder is called, before the digest of the sources.
        source: The folder with the sources; its files are copied, folders in it aren't.
        build: Makes the program in a copy of them.
    """
    sources = sorted(file for file in source.iterdir() if file.is_file())
    state = hashlib.sha256()
    for file in sources:
        state.update(file.name.encode() + b"\0" + file.read_bytes())
    folder = CACHE / f"{name}-{state.hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes run side by side; one builds
        if not (folder / "complete").exists():
            for file in sources:
                shutil.copy(file, folder / file.name)
            build(folder)
            (folder / "complete").touch()
    return folder


def npm_ci(folder: Path) -> None:
    """Installs what the lock of a folder names; the test is skipped where that can't be."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm isn't installed (Debian: npm)")
    run_or_skip(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)


def run_or_skip(*command: str, folder: Path) -> None:
    """Runs a command that fetches something; the test is skipped where that can't be."""
    done = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        pytest.skip(f"{Path(command[0]).name} can't get what it needs: {done.stderr[-200:]}")
