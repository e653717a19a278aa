"""A share at its own time is recorded once, though it has no id that would tell."""

from datetime import UTC, datetime, timedelta

import pytest

from services.posts.api.history import SharedOnce
from services.posts.commands.shares import SharePost
from services.posts.domain.engagement import Engagement, engagement_id
from shared.contract.principal import Principal, Standing
from shared.delivery.command import Found
from shared.web.http.routing.history import RecordedBefore

AT = datetime(2024, 1, 8, 9, 0, 0, 250_731, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOBODY_YET = Engagement(id="", viewed_on="")


def test_it_is_remembered_when_somebody_passed_a_post_on() -> None:
    shared = NOBODY_YET.share(AT)
    assert shared.shared_at(AT)
    assert not shared.shared_at(AT - SECOND)
    assert not shared.shared_at(AT + SECOND)
    assert not NOBODY_YET.view(AT).shared_at(AT)


def test_other_acts_at_the_same_moment_are_no_share() -> None:
    viewed = NOBODY_YET.view(AT).react("like", AT)
    assert not viewed.shared_at(AT)
    assert viewed.share(AT).react("funny", AT).shared_at(AT)


def test_a_share_that_was_recorded_is_refused() -> None:
    principal = Principal(person_id="ada", standing=Standing.ACTIVE)
    command = SharedOnce(SharePost(principal=principal, post_id="p"))
    key = engagement_id("p", "ada")
    found = Found({(Engagement, key): Engagement(id=key, viewed_on="").share(AT)})
    with pytest.raises(RecordedBefore):
        command.decide(found, AT)
