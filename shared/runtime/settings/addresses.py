"""Addresses that settings name: where an installation is, as clients see it."""

from urllib.parse import SplitResult, urlsplit

_SCHEMES = frozenset({"http", "https"})


def public_address(text: str) -> str:
    """The address of an installation, without a slash at its end; empty for none.

    A path may follow, where a proxy serves the platform under one.

    Args:
        text: The setting, as it was written.

    Raises:
        ValueError: It isn't an absolute address of a site.
    """
    text = text.strip()
    if not text:
        return ""
    parts = _split(text)
    if parts is None or parts.username is not None:
        raise ValueError(
            "it must begin with https:// or http://, name a host, and have no user, query or"
            " fragment"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _split(text: str) -> SplitResult | None:
    """The parts of an absolute address without query; None for anything else."""
    printable = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    if not printable or set(text) & set("?#"):
        return None
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # brackets without an address in them, a port that is no number
        return None
    return parts if whole and parts.scheme in _SCHEMES else None
