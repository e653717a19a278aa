"""What routes take from the running application."""

from fastapi import Request

from shared.delivery.mongo import EntityStore


def store_of(request: Request) -> EntityStore:
    """The service's store."""
    store: EntityStore = request.app.state.store
    return store
