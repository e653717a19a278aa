"""The names of all settings of all programs, for the check of unknown variables."""

from collections.abc import Iterator

import mitmach.__main__  # noqa: F401 - has all commands loaded, and with them all services
from shared.runtime.settings import PREFIX, Settings

PATH = "shared/runtime/settings/names.py"
_PRODUCT = ("shared.", "services.", "mitmach.")


def generate() -> dict[str, bytes]:
    """The module with the names."""
    lines = "".join(f'        "{name}",\n' for name in sorted(names()))
    text = (
        '"""Names of all settings of all our programs. Made by `make generate`; don\'t edit."""\n\n'
        f"NAMES = frozenset(\n    {{\n{lines}    }}\n)\n"
    )
    return {PATH: text.encode()}


def names() -> frozenset[str]:
    """The variables of all settings classes of the product."""
    return frozenset(
        PREFIX + name.upper()
        for kind in _classes(Settings)
        if kind.__module__.startswith(_PRODUCT)
        for name in kind.model_fields
    )


def _classes(base: type[Settings]) -> Iterator[type[Settings]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _classes(kind)
