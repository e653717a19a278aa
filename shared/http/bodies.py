"""Reading the body of a measured route: bounded, decoded as a type, wrong fields named."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.types import Receive

from shared.http.problems import BodyMalformed, BodyTooLarge, FieldError, InputInvalid


async def read(receive: Receive, most: int) -> bytes:
    """The whole body.

    Raises:
        BodyTooLarge: It is, whether or not its length was announced.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > most:
            raise BodyTooLarge
        return body
    pieces, size = [body], len(body)
    while message.get("more_body", False):
        message = await receive()
        body = message.get("body", b"")
        size += len(body)
        if size > most:
            raise BodyTooLarge
        pieces.append(body)
    return b"".join(pieces)


_PLACE = re.compile(r" - at `([^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def decoded(decode: Callable[[bytes], Any], raw: bytes) -> Any:
    """The body as its type.

    Raises:
        BodyMalformed: It isn't JSON.
        InputInvalid: It isn't what the type says.
    """
    try:
        return decode(raw)
    except msgspec.ValidationError as error:
        raise InputInvalid([field_error(str(error))]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BodyMalformed from None


def field_error(text: str) -> FieldError:
    """Makes a field error of msgspec's message, without the values that it quotes."""
    place = _PLACE.search(text)
    pointer = ""
    if place is not None:
        text = text[: place.start()]
        for name, index in _STEP.findall(place.group(1)):
            pointer += f"/{name or index}"
    if text.startswith("Invalid enum value"):
        text = "Not one of the allowed values"
    elif (missing := re.fullmatch(r"Object missing required field `(.{1,80})`", text)) is not None:
        pointer, text = f"{pointer}/{missing.group(1)}", "Field required"
    elif (extra := re.fullmatch(r"(?s)Object contains unknown field `(.*)`", text)) is not None:
        pointer, text = f"{pointer}/{extra.group(1)[:80]}", "Unknown field"
    return FieldError(pointer, text)
