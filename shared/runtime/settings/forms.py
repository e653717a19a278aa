"""What the texts of settings must look like: addresses, lists of them, and files that are there.

Each function gives a text back as it is, or says what is wrong with it. No message quotes the text:
a connection string holds a password, and a password that isn't encoded looks like a host.
"""

import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

_PORT = re.compile(r"\d{1,5}")
_ENCODED = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[^\s:/@\[\]]+)")
_SCHEMES = ("mongodb://", "mongodb+srv://")


def hosts_of(url: str) -> str:
    """The hosts of a connection string, without user, password and options."""
    rest = url.partition("://")[2]
    return re.split(r"[/?]", rest.rpartition("@")[2], maxsplit=1)[0]


def connection_string(text: str) -> str:
    """A MongoDB connection string, as far as it can be told without the driver.

    Raises:
        ValueError: It isn't one; the message says why.
    """
    if not text.startswith(_SCHEMES):
        raise ValueError("it must begin with mongodb:// or mongodb+srv://")
    rest = text.partition("://")[2]
    before_path = re.split(r"[/?]", rest, maxsplit=1)[0]
    if "@" in rest[len(before_path) :].partition("?")[0] or before_path.count("@") > 1:
        raise ValueError(
            "user and password must be percent-encoded: @ is %40, / is %2F, : is %3A, % is %25"
        )
    who, _, hosts = before_path.rpartition("@")
    if _ENCODED.fullmatch(who) is None or who.count(":") > 1:
        raise ValueError(
            "user and password must be percent-encoded: % is %25, : is %3A, @ is %40, / is %2F"
        )
    if not hosts:
        raise ValueError("it must name a host: mongodb://HOST:27017/?replicaSet=NAME")
    if text.startswith("mongodb+srv://"):
        if _HOST.fullmatch(hosts) is None:
            raise ValueError("mongodb+srv:// takes one host and no port")
        return text
    server_list(hosts)
    return text


def server_list(text: str) -> str:
    """Servers as `host:port`, comma-separated.

    Raises:
        ValueError: One of them isn't; the message says which by its place.
    """
    for place, server in enumerate(text.split(","), start=1):
        host, colon, port = server.strip().rpartition(":")
        if not colon or server.strip().endswith("]"):
            host, port = server.strip(), ""
        if _HOST.fullmatch(host) is None:
            raise ValueError(
                f"server {place} of the list isn't HOST or HOST:PORT, such as kafka:9092"
            )
        if (port or colon) and not _is_port(port) and not server.strip().endswith("]"):
            raise ValueError(f"the port of server {place} must be a number from 1 to 65535")
    return text


def _is_port(text: str) -> bool:
    return _PORT.fullmatch(text) is not None and 1 <= int(text) <= 65535


def web_address(text: str) -> str:
    """An address that begins with http:// or https:// and names a host.

    Raises:
        ValueError: It isn't one; the message says why.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("the port must be a number from 1 to 65535") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("it must begin with http:// or https://")
    if not parts.hostname or port == 0 or re.search(r"\s", text):
        raise ValueError("it must name a host, such as https://identity.example/jwks")
    return text


def network_list(text: str) -> str:
    """Addresses and networks, comma-separated, or `*`.

    Raises:
        ValueError: One of them is neither; the message says which by its place.
    """
    pieces = [piece.strip() for piece in text.split(",")]
    for place, piece in enumerate(pieces, start=1):
        if piece in {"", "*"}:
            continue
        try:
            ip_network(piece, strict=False)
        except ValueError:
            raise ValueError(
                f"entry {place} must be an IP address, a network such as 10.231.87.0/24, or *;"
                " names of hosts aren't looked up"
            ) from None
    return text


def readable_file(file: Path) -> Path:
    """A file that is there, may be read and isn't empty.

    Raises:
        ValueError: It can't be used; the message says why.
    """
    try:
        with file.open("rb") as opened:
            empty = not opened.read(1)
    except OSError as error:
        raise ValueError(f"{file} can't be read: {(error.strerror or 'unknown').lower()}") from None
    if empty:
        raise ValueError(f"{file} is empty")
    return file
