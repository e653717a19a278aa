"""What all commands have in common: where the platform is, and how a command ends."""

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
import uvloop
from rich.console import Console

from mitmach.demo.client import RequestFailed
from mitmach.embedded.child import EmbeddedFailure
from shared.contract.errors import Refusal
from shared.runtime.process import Stopped
from shared.runtime.settings import SettingsError

FAILED = 1
INTERRUPTED = 130
HERE = Path(".mitmach")

Data = Annotated[
    Path,
    typer.Option("--data", help="Folder for everything that is stored.", envvar="MITMACH_DATA"),
]
Where = Annotated[
    Path,
    typer.Option(
        "--data",
        help="Folder of a platform on this machine; for others set MITMACH_MONGODB_URL and "
        "MITMACH_KAFKA_BOOTSTRAP.",
        envvar="MITMACH_DATA",
    ),
]

console = Console()


def run(work: Callable[[], Coroutine[Any, Any, int]]) -> NoReturn:
    """Runs a command's work to its exit code; what a person can mend is one sentence."""
    try:
        code = uvloop.run(work())
    except (EmbeddedFailure, Stopped, SettingsError, RequestFailed, Refusal) as failure:
        # What stands in brackets is part of the sentence, not a colour.
        Console(stderr=True).print(
            str(failure), style="red", soft_wrap=True, highlight=False, markup=False
        )
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(code)
