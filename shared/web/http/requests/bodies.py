"""Reading bodies: one reader for all routes, so that the same bytes get the same answer everywhere.

The middleware reads every body before any route runs, bounded in size and time. What it is to be:
one JSON value in UTF-8 (RFC 8259). A byte order mark before it is skipped, as the RFC allows; other
encodings, NaN, lone surrogates and nothing at all aren't JSON. Of a name that comes twice in one
object the last value counts, and only that one is looked at. Measured routes decode the bytes as
their type, ordinary ones as FastAPI does; what each of them refuses is told by the same rules.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from shared.web.http.problems import (
    BodyMalformed,
    BodyTooLarge,
    BodyTooSlow,
    FieldError,
    InputInvalid,
)

SLOW = "mitmach.slow"
"""Set in the scope by the server once the body has taken as long as it may."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body, without a byte order mark.

    Args:
        scope: The ASGI scope of the request; the server notes in it that time is up.
        receive: Gives the messages of the request.
        most: Bytes that the body may have.

    Raises:
        BodyTooLarge: It has more, whether or not its length was announced.
        BodyTooSlow: The rest didn't come in time.
        ClientDisconnect: The rest won't come.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
    else:
        body = await _read_on(message, scope, receive, most)
    if len(body) > most:
        raise BodyTooLarge
    return body[3:] if body.startswith(_BYTE_ORDER_MARK) else body


async def _read_on(message: Message, scope: Scope, receive: Receive, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        if message["type"] != "http.request":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > most:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return b"".join(pieces)
        if SLOW in scope:
            raise BodyTooSlow
        message = await receive()


def receive_of(body: bytes, receive: Receive) -> Receive:
    """An ASGI `receive` that gives an ordinary route the body that was read.

    If that isn't JSON it is refused there, and not before the route is known: a path that doesn't
    exist answers 404, whatever body came.
    """
    given = False

    async def receive_body() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        if body:
            try:
                _decode_json(body)
            except BodyMalformed:
                # FastAPI lets only this kind of exception out of its reading of the body.
                raise HTTPException(400) from None
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_body


_PLACE = re.compile(r" - at `([^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def decode_body(decode: Callable[[bytes], Any], kind: Any, raw: bytes) -> Any:
    """The body as its type.

    Args:
        decode: A msgspec decoder of the type.
        kind: The type that the body should have.
        raw: The bytes of the body.

    Raises:
        BodyMalformed: It isn't JSON.
        InputInvalid: It isn't what the type says.
    """
    try:
        return decode(raw)
    except msgspec.ValidationError:
        return _decode_in_two_steps(kind, raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BodyMalformed from None


def _decode_in_two_steps(kind: Any, raw: bytes) -> Any:
    """Decodes as JSON first, then as the type: of a repeated name only the last value counts.

    The decoder stops at the first value of a wrong type, even if a second one replaces it or what
    follows isn't JSON; and it takes no 1.0 for an integer. Here is what FastAPI would say; it costs
    twice as much, and only bodies that break their type get here.
    """
    value = _decode_json(raw)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise InputInvalid([field_error(str(error))]) from None


_INFINITE = (float("inf"), float("-inf"))


def _number(text: str) -> int | float:
    number = float(text)
    if number in _INFINITE:
        raise ValueError("too large")
    return int(number) if number.is_integer() else number


_decode_any = msgspec.json.Decoder(float_hook=_number).decode


def _decode_json(raw: bytes) -> Any:
    """The body as whatever JSON value it is.

    Raises:
        BodyMalformed: It isn't JSON.
    """
    try:
        return _decode_any(raw)
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
