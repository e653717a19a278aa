"""Files in the repository that something else makes: what they should be, and what differs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Generator(NamedTuple):
    """A family of generated documents.

    Attributes:
        name: The family's name, for messages.
        owns: Glob patterns, relative to the repository, of all files that it may produce; a file
            that matches but isn't produced any more is out of date too.
        produce: Gives the content of each file by its path relative to the repository.
    """

    name: str
    owns: Sequence[str]
    produce: Callable[[], Mapping[str, bytes]]


def differences(generator: Generator, root: Path = ROOT) -> Iterator[tuple[Path, bytes | None]]:
    """What to write so that the repository agrees with the code; None for a file that must go."""
    wanted = {root / path: content for path, content in generator.produce().items()}
    for path, content in sorted(wanted.items()):
        if not path.is_file() or path.read_bytes() != content:
            yield path, content
    for pattern in generator.owns:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and path not in wanted:
                yield path, None


def write_or_compare(generators: Sequence[Generator], *, check: bool, remedy: str) -> int:
    """Writes what differs, or only says what does.

    Args:
        generators: The families of documents to look at.
        check: Whether nothing is written.
        remedy: The command that a person runs who has changed something.

    Returns:
        An exit code: 1 where something was compared and differs.
    """
    stale = False
    for generator in generators:
        for path, content in differences(generator):
            stale = True
            shown = path.relative_to(ROOT)
            print(f"{generator.name}: {shown} {'is out of date' if check else 'written'}")  # noqa: T201 - a command
            if check:
                continue
            if content is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    if check and stale:
        print(f"Run `{remedy}` and commit what it writes.")  # noqa: T201 - a command
    return int(check and stale)
