"""Addresses that settings name: where an installation is, and whose pages call it."""

from urllib.parse import SplitResult, urlsplit

_SCHEMES = frozenset({"http", "https"})
# Browsers leave these out of an origin.
_OWN_PORTS = {"http": 80, "https": 443}


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
    if parts is None or parts.username is not None or parts.scheme not in _SCHEMES:
        raise ValueError(
            "it must begin with https:// or http://, name a host, and have no user, query or"
            " fragment"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def cors_origins(text: str) -> tuple[str, ...]:
    """Origins of pages, each once and as browsers write them.

    Args:
        text: The setting: scheme, host and perhaps a port of each, comma-separated. Apps that are
            pages on a phone have a scheme of their own.

    Raises:
        ValueError: One of them is no origin.
    """
    return tuple(dict.fromkeys(_origin(part.strip()) for part in text.split(",") if part.strip()))


def _origin(text: str) -> str:
    parts = _split(text)
    site = parts is not None and parts.username is None and parts.path in {"", "/"}
    if parts is None or not site or "*" in parts.netloc:
        raise ValueError(
            "each must be scheme, host and port of a page, like https://intranet.example; there is"
            " no wildcard and no path"
        )
    host = parts.netloc.lower()
    if parts.port is not None and parts.port == _OWN_PORTS.get(parts.scheme):
        host = host.rpartition(":")[0]
    return f"{parts.scheme}://{host}"


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
    return parts if whole and parts.scheme else None
