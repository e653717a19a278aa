"""Refusals: the slug is what clients decide by, so it names one thing and outlives a class name."""

from collections import defaultdict
from collections.abc import Iterator

from mitmach.services import SERVICES
from shared.contract.errors import Category, Refusal


def every(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for refusal in kind.__subclasses__():
        yield refusal
        yield from every(refusal)


def test_a_refusal_is_named_after_its_class() -> None:
    class ShelfIsFull(Refusal):
        category = Category.CONFLICT
        title = "The shelf is full"

    assert ShelfIsFull.slug == "shelf-is-full"


def test_a_given_slug_outlives_the_class_name_and_isnt_inherited() -> None:
    class ShelfHasNoRoom(Refusal):
        category = Category.CONFLICT
        title = "The shelf is full"
        slug = "shelf-is-full"

    class ShelfIsGone(ShelfHasNoRoom):
        title = "The shelf is gone"

    assert ShelfHasNoRoom.slug == "shelf-is-full"
    assert ShelfIsGone.slug == "shelf-is-gone"


def test_a_slug_means_one_thing_in_all_services() -> None:
    for service in SERVICES:
        service.openapi()  # imports all that a service can answer
    meanings = defaultdict(set)
    for refusal in every(Refusal):
        if refusal.__module__.startswith(("shared.", "services.")):
            meanings[refusal.slug].add((refusal.category, refusal.title))
    assert len(meanings) > 100
    assert {slug: told for slug, told in meanings.items() if len(told) > 1} == {}
