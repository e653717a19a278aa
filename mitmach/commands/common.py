"""What all commands have in common: where the platform is, and how a command ends."""

import shlex
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer
import uvloop
from aiokafka.errors import KafkaError
from rich.console import Console

from mitmach.demo.client import RequestFailed
from mitmach.embedded.child import EmbeddedFailure
from shared.contract.errors import Refusal
from shared.delivery.kafka import short_reason
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

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

console = Console()


def print_json(value: Any) -> None:
    """Prints a value as one line of JSON, without colours and whatever the terminal's width."""
    typer.echo(msgspec.json.encode(value))


def pasteable(*words: str, data: Path = HERE) -> str:
    """A command line of this program that can be pasted into the shell that started it.

    Args:
        words: What follows the program's name.
        data: The folder of the platform; named unless it is the one that is looked at anyway.
    """
    called = Path(sys.argv[0])
    program = [sys.executable, "-m", "mitmach"] if called.name == "__main__.py" else [str(called)]
    folder = [] if data.absolute() == HERE.absolute() else ["--data", str(data)]
    return shlex.join([*program, *words, *folder])


def run(work: Callable[[], Coroutine[Any, Any, int]]) -> NoReturn:
    """Runs a command's work to its exit code; what a person can mend is one sentence."""
    try:
        code = uvloop.run(work())
    except (EmbeddedFailure, Stopped, SettingsError, RequestFailed, Refusal) as failure:
        _fail(str(failure))
    except KafkaError as failure:
        _fail(f"{short_reason(failure)}; MITMACH_KAFKA_BOOTSTRAP or --data says where it is.")
    except TimeoutError:
        _fail("There was no answer in time; MITMACH_KAFKA_BOOTSTRAP or --data says where it is.")
    except OSError as failure:
        _fail(f"{failure}.")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(code)


def _fail(sentence: str) -> NoReturn:
    # What stands in brackets is part of the sentence, not a colour.
    Console(stderr=True).print(sentence, style="red", soft_wrap=True, highlight=False, markup=False)
    sys.exit(FAILED)
