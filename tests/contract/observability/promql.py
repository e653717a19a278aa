"""What an expression in PromQL asks for: names of series with the labels that it names.

Not a parser: expressions in this repository are plain, and a name that this reader takes for a
series although it is none fails a test instead of hiding.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORDS = {
    "sum max min count avg topk by without on ignoring and or unless bool group_left",
    "rate increase changes deriv histogram_quantile absent vector Inf",
}
_KEYWORDS = {word for line in _WORDS for word in line.split()}
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')


class Selected(NamedTuple):
    """A series that is asked for.

    Attributes:
        name: Of the sample, e.g. `mitmach_views_total`.
        matchers: Label, operator, value.
    """

    name: str
    matchers: tuple[tuple[str, str, str], ...]


def selected(expression: str) -> Iterator[Selected]:
    """Every series that the expression names."""
    bare = re.sub(r"\[[^\]]*\]", "", _GROUPING.sub("", expression))
    for match in _SELECTOR.finditer(bare):
        if match[1] not in _KEYWORDS and not match[1].isnumeric():
            yield Selected(match[1], tuple(_MATCHER.findall(match[2] or "")))


def grouped(expression: str) -> set[str]:
    """Every label that the expression groups by."""
    return {
        label.strip()
        for labels in _GROUPING.findall(expression)
        for label in labels.split(",")
        if label.strip()
    }
