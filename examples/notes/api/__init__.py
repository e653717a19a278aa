"""HTTP: translates requests into commands and queries, and their results into answers."""

from examples.notes.api import notes

ROUTERS = (notes.router,)
