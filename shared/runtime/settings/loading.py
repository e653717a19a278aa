"""Reading settings: from the environment, with errors and a help page that people understand."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as UnreadableValue

from shared.runtime.settings.unknown import PREFIX, unknown_files, unknown_variables

_SECRETS_DIR = f"{PREFIX}SECRETS_DIR"


class SettingsError(Exception):
    """Settings are missing or wrong; a sentence for each, on a line of its own."""


class Settings(BaseSettings):
    """The base of all groups: reads variables with the prefix; no error quotes a value."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )


S = TypeVar("S", bound=Settings)


def load(kind: type[S], **values: Any) -> S:
    """Reads settings from the environment; `values` win over it.

    Raises:
        SettingsError: With one sentence for each fault, which names the variable, what it means,
            and what is wrong. A variable with our prefix that none of our programs reads is a
            fault: it was meant to change something. So is such a file in the folder of secrets.
    """
    faults = list(unknown_variables(_names(kind)))
    folder = os.environ.get(_SECRETS_DIR)
    if folder:
        values["_secrets_dir"] = folder
        faults += _faults_of_secrets(kind, Path(folder))
    if faults:
        raise SettingsError("\n".join(faults))
    try:
        return kind(**values)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(kind, error))) from None
    except UnreadableValue as error:
        raise SettingsError(_not_json(kind, str(error))) from None


def _names(kind: type[Settings]) -> set[str]:
    """Variables of this class and of all others that the process has loaded."""
    names, classes = set(kind.model_fields), [Settings]
    while classes:
        found = classes.pop()
        names |= set(found.model_fields)
        classes += found.__subclasses__()
    return {PREFIX + name.upper() for name in names}


def _faults_of_secrets(kind: type[Settings], folder: Path) -> Iterator[str]:
    try:
        files = {file.name.lower(): file for file in folder.iterdir()}
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        yield f"The setting {_SECRETS_DIR} is wrong: the folder {folder} can't be read: {reason}."
        return
    yield from unknown_files(files.values(), _names(kind))
    for name in kind.model_fields:
        file = files.get(f"{PREFIX}{name}".lower())
        fault = None if file is None else _fault_of_secret(file)
        if fault is not None:
            yield f"The setting {PREFIX}{name.upper()} is wrong: its file {file} {fault}."


def _fault_of_secret(file: Path) -> str | None:
    try:
        text = file.read_text()
    except OSError as error:
        return f"can't be read: {(error.strerror or 'unknown').lower()}"
    except UnicodeDecodeError:
        return "isn't text in UTF-8"
    return None if text.strip() else "is empty"


def _sentences(kind: type[Settings], error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        problem = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "too_short":  # pydantic speaks of items, and a secret has characters
            problem = f"it must have at least {fault['ctx']['min_length']} characters"
        if not fault["loc"]:
            yield f"The settings don't fit together: {problem}."
            continue
        name = str(fault["loc"][0])
        variable = PREFIX + name.upper()
        if fault["type"] == "missing":
            yield f"The setting {variable} is missing{_meaning(kind, name)}."
        else:
            yield f"The setting {variable} is wrong{_meaning(kind, name)}: {problem}."


def _not_json(kind: type[Settings], message: str) -> str:
    found = re.search(r'field "(\w+)"', message)
    name = found[1] if found else ""
    field = kind.model_fields.get(name)
    example = json.dumps(field.default if field and field.default else ["one", "another"])
    return (
        f"The setting {PREFIX}{name.upper()} is wrong{_meaning(kind, name)}: it must be a JSON list"
        f" such as {example}."
    )


def _meaning(kind: type[Settings], name: str) -> str:
    field = kind.model_fields.get(name)
    return f" ({field.description})" if field is not None and field.description else ""


def describe(kind: type[Settings]) -> str:
    """All settings of a class with meaning and default, for `--help`; no secret is shown."""
    lines = []
    for name, field in kind.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={})
        if default is PydanticUndefined:
            shown = "required"
        elif default is None:
            shown = "not set"
        elif isinstance(default, SecretStr):
            shown = "has a default for development"
        elif isinstance(default, tuple):
            shown = "default " + ", ".join(map(str, default))
        else:
            shown = f"default {default}"
        lines.append(f"  {PREFIX}{name.upper()}\n      {field.description} [{shown}]")
    return "\n".join(lines)
