"""Finding the servers in their wheels, and saying clearly why one isn't there."""

import importlib.util
import os
import platform
import stat
import sys
from pathlib import Path

from mitmach.embedded.child import EmbeddedFailure

# Where wheels of both servers exist. Only the first was ever tried by the project itself.
_WHEELS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "x86_64"), ("darwin", "arm64"))


def find(*, package: str, path: str, what: str) -> Path:
    """The executable `path` inside of an installed package, made executable if it isn't.

    Args:
        package: The package that the wheel puts its files into.
        path: The file, relative to the package.
        what: The name of the server, for the message.

    Raises:
        EmbeddedFailure: It isn't installed, most often because none exists for this platform.
    """
    file = _package_folder(package) / path if _is_installed(package) else None
    if file is None or not file.is_file():
        here = f"{sys.platform} on {platform.machine()}"
        reason = (
            "run `make setup` first"
            if (sys.platform, platform.machine()) in _WHEELS
            else f"there is none for {here}: run the services against a MongoDB replica set and a "
            "Kafka of your own (docker compose up)"
        )
        raise EmbeddedFailure(f"The embedded {what} isn't installed: {reason}.")
    if not os.access(file, os.X_OK):  # some installers drop the bit
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def _is_installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    locations = list(spec.submodule_search_locations or ()) if spec else []
    return Path(locations[0]) if locations else Path()
