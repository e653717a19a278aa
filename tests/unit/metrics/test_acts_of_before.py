"""What figures make of events that were recorded later than they happened."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.metrics.kpis.windows import parse_window
from services.metrics.projection import fold
from services.metrics.store.write import statements
from shared.contract.events.contests import ContestAnnounced
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import GroupCreated
from shared.contract.events.people import PersonActivated
from shared.contract.events.posts import PostPublished, PostViewed
from shared.contract.events.topics import CONTESTS, GROUPS, PEOPLE, POSTS
from tests.support.metrics import NOON, deeds_of, told
from tooling.sample_events import sample

LONG_AGO = NOON - timedelta(days=300)


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        (PEOPLE, PersonActivated),
        (GROUPS, GroupCreated),
        (CONTESTS, ContestAnnounced),
        (POSTS, PostPublished),
        (POSTS, PostViewed),
    ],
)
def test_what_was_recorded_later_says_nothing_of_how_fresh_figures_are(
    topic: str, kind: type[EventData]
) -> None:
    events = fold(f"{topic}/0")
    before = replace(told(sample(kind), actor="bea", at=LONG_AGO), recordedtime=NOON)
    events.apply(before)
    taken = events.take()
    assert (taken.recorded, taken.oldest, taken.newest) == (1, None, None)
    assert sum(taken.tallies.values()) + sum(1 for _ in taken.posts) > 0, "it is counted"
    counted = statements.totals(f"{topic}/0", 1, taken)
    assert "newest" not in str(counted)
    assert "recorded" in str(counted)

    events.apply(told(sample(kind), actor="bea", at=NOON))
    events.apply(before)
    events.apply(told(sample(kind), actor="bea", at=NOON + timedelta(minutes=1)))
    taken = events.take()
    assert taken.recorded == 1
    assert (taken.oldest, taken.newest) == (NOON, NOON + timedelta(minutes=1))


def test_an_act_of_before_is_of_its_own_day() -> None:
    events = fold(f"{POSTS}/0")
    viewed = sample(PostViewed)
    events.apply(told(viewed, actor="bea", at=NOON))
    events.apply(replace(told(viewed, actor="cem", at=LONG_AGO), recordedtime=NOON))
    events.apply(told(viewed, actor="dee", at=NOON))
    viewers = {
        day: people for (day, deed), people in deeds_of(events.take()).items() if deed == "viewed"
    }
    assert viewers == {NOON.date(): {"bea", "dee"}, LONG_AGO.date(): {"cem"}}


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("1990-01-01/1990-01-08", True),
        ("1999-12-25/2000-01-01", True),
        ("1989-12-25/1990-01-01", False),
    ],
)
def test_figures_are_asked_of_every_day_that_can_be_recorded(text: str, fine: bool) -> None:
    if fine:
        assert str(parse_window(text, NOON.date())) == text
    else:
        with pytest.raises(ValueError, match="window"):
            parse_window(text, NOON.date())
