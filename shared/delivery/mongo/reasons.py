"""Why MongoDB isn't reached, in a few words: for logs and readiness, without addresses of others.

The driver tells it in a paragraph that lists every server with its state.
"""

import re

from pymongo.errors import OperationFailure, PyMongoError

from shared.delivery.mongo.failures import denied

_AUTHENTICATION = frozenset({18, 11, 8000})  # the last is what MongoDB's own cloud answers

# What the driver's text contains, and what that means. First match wins.
_REASONS = (
    (r"certificate verify failed|CERTIFICATE_VERIFY|hostname mismatch", "TLS: {detail}"),
    (r"SSL|TLS|tlsv1|handshake", "TLS: the two sides don't agree; see tls= in the address"),
    (
        r"Name or service not known|name resolution|nodename nor servname|getaddrinfo",
        "the name of a host isn't known",
    ),
    (r"Connection refused|Connect call failed|ECONNREFUSED", "connection refused"),
    (r"No route to host|Network is unreachable", "no route to the host"),
    (r"connection closed|Connection reset", "the server closes the connection"),
    (r"Got response id|Message length|ProtocolError", "what answers there isn't MongoDB"),
    (r"available for replica set name|replica set named", "it isn't a member of that replica set"),
    (r"timed out|timeout: timed|No servers found yet", "no answer"),
    (r"No primary|Primary\(|RSPrimary|No replica set members match|writable", "no primary"),
)


def reason_of(error: BaseException | None) -> str:
    """In a few words, why the database wasn't reached.

    Args:
        error: An error of the driver, or one that was raised from it.
    """
    told = _of_the_driver(error)
    if told is None:
        return "no answer"
    if is_sign_in(told):
        return "authentication failed: user or password is wrong, or the user isn't there yet"
    if denied(told) is not None:
        return "the user isn't allowed to do this"
    text = str(told)
    for pattern, reason in _REASONS:
        if found := re.search(pattern, text):
            return reason.format(detail=_until_stop(text[found.start() :]))
    return "no answer"


def why_unavailable(error: BaseException) -> str:
    """What a log line says of an outage: the driver's reason where there is one, else the words.

    Args:
        error: As it was caught; mostly `Unavailable`.
    """
    cause = _of_the_driver(error)
    return str(error) if cause is None else f"MongoDB isn't reached: {reason_of(cause)}"


def _of_the_driver(error: BaseException | None) -> PyMongoError | None:
    """The driver's error that this one was raised from, or is; None if there is none."""
    while error is not None and not isinstance(error, PyMongoError):
        error = error.__cause__
    return error


def is_sign_in(error: BaseException) -> bool:
    """Whether the server refused who we say we are."""
    return isinstance(error, OperationFailure) and error.code in _AUTHENTICATION


def _until_stop(text: str) -> str:
    return re.split(r"[()]|, Timeout|, Topology", text, maxsplit=1)[0].strip(" .:")[:120]
