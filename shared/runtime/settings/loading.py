"""Reading settings: from the environment, with errors and a help page that people understand."""

import os
from typing import Any, TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "MITMACH_"


class SettingsError(Exception):
    """A setting is missing or wrong; one sentence for whoever starts the process."""


class Settings(BaseSettings):
    """The base of all groups: reads variables with the prefix; no error quotes a value."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )


S = TypeVar("S", bound=Settings)


def load(kind: type[S], **values: Any) -> S:
    """Reads settings from the environment; `values` win over it.

    Raises:
        SettingsError: With one sentence that names the variable, what it means, and what is wrong.
    """
    secrets = os.environ.get(f"{PREFIX}SECRETS_DIR")
    if secrets:
        values["_secrets_dir"] = secrets
    try:
        return kind(**values)
    except ValidationError as error:
        raise SettingsError(_sentence(kind, error)) from None


def _sentence(kind: type[Settings], error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if not first["loc"]:
        return (
            f"The settings don't fit together: {first['msg'].removeprefix('Value error, ')}{more}."
        )
    name = str(first["loc"][0])
    variable, field = PREFIX + name.upper(), kind.model_fields.get(name)
    meaning = f" ({field.description})" if field is not None and field.description else ""
    if first["type"] == "missing":
        return f"The setting {variable} is missing{meaning}{more}."
    problem = first["msg"].removeprefix("Value error, ")
    return f"The setting {variable} is wrong{meaning}: {problem}{more}."


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
