"""The rule for texts (`shared/contract/texts.py`) in request bodies.

    class NewNote(InputModel):
        title: Annotated[str, Field(min_length=1, max_length=100), SomeLine]
        text: Annotated[str, Field(max_length=2000), AnyText] = ""

`Any...` may be empty, and is where there is nothing to read in it; `Some...` is refused then.
Measured routes, whose bodies pydantic never sees, call `read_text`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from shared.contract.texts import TextError, one_line, whole_text
from shared.web.http.problems import UNREADABLE, FieldError, TextUnreadable


def _rule(read: Callable[[str], str], *, needed: bool) -> AfterValidator:
    def check(text: str) -> str:
        try:
            text = read(text)
        except TextError as error:
            raise PydanticCustomError(UNREADABLE, "{what}", {"what": str(error)}) from None
        if needed and not text:
            raise PydanticCustomError(UNREADABLE, "Write something that can be read.")
        return text

    return AfterValidator(check)


AnyLine = _rule(one_line, needed=False)
SomeLine = _rule(one_line, needed=True)
AnyText = _rule(whole_text, needed=False)
SomeText = _rule(whole_text, needed=True)

StructTime = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time in the answer of a measured route: without its zone, msgspec documents a mere text."""


def read_text(field: str, text: str) -> str:
    """A text from the body of a measured route, empty where there is nothing to read in it.

    Args:
        field: Where it stands in the body, as a JSON pointer.
        text: As it was sent.

    Raises:
        TextUnreadable: It has something in it that nobody can see.
    """
    try:
        return whole_text(text)
    except TextError as error:
        raise TextUnreadable([FieldError(field, str(error))]) from None
