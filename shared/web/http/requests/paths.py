"""The path that routes are matched with.

A server hands over the path decoded, where a segment with a slash can't be told from two segments,
nor `a%3Asuspend` (one of that name) from `a:suspend` (something to be done to `a`). So the
separators that a client encoded stay encoded, and no id has them. Everything else is decoded:
`/v1/%70eople` is `/v1/people`, as HTTP says.
"""

import re
from urllib.parse import unquote

# A slash, a colon, and the sign that would make one of what follows it.
_SEPARATORS = re.compile("%(2[Ff]|3[Aa]|25)")


def matched_path(raw: bytes) -> str:
    """The decoded path, in which `/`, `:` and `%` are encoded where the client had encoded them.

    Args:
        raw: The path as it came over the wire, without the query.
    """
    return unquote(_SEPARATORS.sub(r"%25\1", raw.decode("latin-1")))
