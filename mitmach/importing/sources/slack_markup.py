"""Slack's mark-up as Markdown.

Slack writes `*bold*`, `_italic_` and `~strike~`, puts what it has recognised (people, channels,
links) between angle brackets, and writes `&`, `<` and `>` as entities. What stands in code stays as
it is, but for the brackets and the entities, which its author never wrote.
"""

import re
from collections.abc import Callable

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_TOKEN = re.compile(r"<([^<>\n]+)>")
_BOLD = re.compile(r"(?<![\w*])\*(?! )([^*\n]+)(?<! )\*(?![\w*])")
_STRIKE = re.compile(r"(?<![\w~])~(?! )([^~\n]+)(?<! )~(?![\w~])")
# Stands for a token while its surroundings are changed; no message has this character, because it
# is taken out before.
_HOLD = "\x00"
_HELD = re.compile(f"{_HOLD}(\\d+){_HOLD}")
_LINK = re.compile(r"(https?|mailto|tel|ftp|slack):", re.IGNORECASE)


def as_markdown(text: str, *, name_of: Callable[[str], str | None]) -> str:
    """A message as Markdown.

    Args:
        text: The message, as Slack stores it.
        name_of: What a person or channel is called, by its id; None: nobody knows.
    """
    parts = _CODE.split(text.replace(_HOLD, ""))
    # Every second part is code.
    return "".join(
        _code(part) if place % 2 else _prose(part, name_of) for place, part in enumerate(parts)
    )


def _code(part: str) -> str:
    return _unescaped(_TOKEN.sub(lambda token: token[1].partition("|")[0], part))


def _prose(part: str, name_of: Callable[[str], str | None]) -> str:
    held: list[str] = []

    def hold(token: re.Match[str]) -> str:
        held.append(_token(token[1], name_of))
        return f"{_HOLD}{len(held) - 1}{_HOLD}"

    part = _TOKEN.sub(hold, part)
    part = _BOLD.sub(r"**\1**", part)
    part = _STRIKE.sub(r"~~\1~~", part)
    return _HELD.sub(lambda found: held[int(found[1])], _unescaped(part))


def _token(token: str, name_of: Callable[[str], str | None]) -> str:
    """What stands between angle brackets, as people read it."""
    target, _, label = token.partition("|")
    label = _unescaped(label)
    match target[:1]:
        case "@":
            return f"@{label.removeprefix('@') or name_of(target[1:]) or 'somebody'}"
        case "#":
            return f"#{label.removeprefix('#') or name_of(target[1:]) or 'channel'}"
        case "!":
            return _command(target[1:], label)
    if not _LINK.match(target):
        return _unescaped(token)
    address = _unescaped(target)
    if not label or label == address.removeprefix("mailto:"):
        return address.removeprefix("mailto:")
    return f"[{label.replace('[', '(').replace(']', ')')}]({address})"


def _command(command: str, label: str) -> str:
    """`<!here>`, `<!subteam^S123|@carers>`, `<!date^1392734382^{date}|18 February>`."""
    name = command.partition("^")[0]
    if label:
        return label if name == "date" else f"@{label.removeprefix('@')}"
    return "@group" if name == "subteam" else f"@{name}"


def _unescaped(text: str) -> str:
    # The ampersand comes last: `&amp;lt;` was written as `&lt;`.
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
