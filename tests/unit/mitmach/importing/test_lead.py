"""How far an import is ahead of the figures."""

import asyncio
from typing import cast

import pytest

from mitmach.importing.recording.api import Api
from mitmach.importing.recording.lead import Lead
from shared.runtime.process import Stopped


class Figures:
    """Stands for the API: the figures come when they are let."""

    def __init__(self) -> None:
        self.asked = 0
        self.there = asyncio.Event()
        self.failure: Exception | None = None

    async def until_counted(self) -> None:
        self.asked += 1
        await self.there.wait()
        if self.failure is not None:
            raise self.failure


def lead_of(figures: Figures, most: int = 10) -> Lead:
    return Lead(cast(Api, figures), most)


async def looked(lead: Lead) -> None:
    await asyncio.wait(lead.looks)
    lead.looked()


async def test_what_is_recorded_waits_for_what_is_counted() -> None:
    figures = Figures()
    lead = lead_of(figures)
    lead.grow(4)
    assert lead.looks == set(), "not for so few"
    lead.grow(6)
    before = lead.is_too_long
    figures.there.set()
    await looked(lead)
    assert (before, lead.is_too_long) == (True, False)
    assert figures.asked == 1


async def test_what_came_during_a_look_is_looked_for_next() -> None:
    figures = Figures()
    lead = lead_of(figures)
    lead.grow(5)
    lead.grow(9)
    figures.there.set()
    await looked(lead)
    await looked(lead)
    assert figures.asked == 2
    assert not lead.is_too_long
    assert lead.looks == set()


async def test_after_an_end_it_begins_with_a_look_where_it_was_too_long() -> None:
    figures = Figures()
    lead = lead_of(figures)
    lead.grow(12)
    await lead.close()
    before = lead.is_too_long
    assert lead.looks == set()
    lead.grow(0)
    figures.there.set()
    await looked(lead)
    assert (before, lead.is_too_long) == (True, False)


async def test_figures_that_dont_come_end_the_import() -> None:
    figures = Figures()
    figures.failure = Stopped("no answer")
    figures.there.set()
    lead = lead_of(figures)
    lead.grow(12)
    with pytest.raises(Stopped):
        await looked(lead)
