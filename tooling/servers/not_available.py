"""Why something can't be had on this machine."""


class NotAvailable(Exception):  # noqa: N818 - no error: a test is skipped, a row is left out
    """A server or a program can't run on this machine; the text says what is missing."""
