"""Daily quotas: what counts, what doesn't, and what somebody is told whose quota is used up."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

import pytest
from pydantic import SecretStr

from services.contests.config import ContestsSettings
from services.groups.config import GroupsSettings
from services.posts.config import PostsSettings
from shared.contract.errors import Category, Refusal
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Command, Entity, Found, Key
from shared.web.http.problems import render
from shared.web.quotas import DailyQuotaReached, DailyUse, Quota, Quotas
from tests.support.in_memory import InMemory, principal

NOON = datetime(2025, 3, 3, 12, 0, 0, 123456, tzinfo=UTC)
LIMIT = 3
KEY = SecretStr("a key of sixteen characters or more")


class Note(Entity, frozen=True, kw_only=True):
    """Something that people write."""

    collection: ClassVar[str] = "notes"


class NoteRefused(Refusal):
    """It can't be written."""

    category = Category.INVALID
    title = "No"


@dataclass(frozen=True)
class Write:
    """Writes a note."""

    principal: Principal
    note_id: str
    fine: bool = True

    def reads(self, found: Found) -> Iterator[Key]:
        del found
        yield Note, self.note_id

    def decide(self, found: Found, now: datetime) -> Changes:
        del now
        if not self.fine:
            raise NoteRefused
        known = found.get(Note, self.note_id) is not None
        return Changes(reply=self.note_id) if known else Changes(put=[Note(id=self.note_id)])


class Draw(Write):
    """Draws something."""


class World(InMemory):
    """Notes in memory, held to quotas."""

    def __init__(self, **quotas: Quota) -> None:
        super().__init__(NOON)
        kinds = {"write": Write, "draw": Draw}
        of: dict[type[Command], Quota] = {kinds[name]: quota for name, quota in quotas.items()}
        self.quotas = Quotas(of, now=lambda: self.now)

    def write(self, who: Principal, note_id: str, kind: type[Write] = Write, **more: Any) -> None:
        command = kind(who, note_id, **more)
        self.do(self.quotas.wrap(command))
        self.quotas.count(command)


@pytest.fixture(params=[False, True], ids=["in the transaction", "in memory"])
def world(request: pytest.FixtureRequest) -> World:
    return World(write=Quota("notes", LIMIT, hot=request.param))


def used_up(world: World, who: Principal) -> None:
    for number in range(LIMIT):
        world.write(who, f"{who.person_id}-{world.now:%d}-{number}")


def test_somebody_can_make_so_many_a_day_and_no_more(world: World) -> None:
    anna, ben = principal("anna"), principal("ben")
    used_up(world, anna)
    with pytest.raises(DailyQuotaReached):
        world.write(anna, "one more")
    assert (Note, "one more") not in world.stored
    world.write(ben, "of somebody else")


def test_a_new_day_begins_anew(world: World) -> None:
    anna = principal("anna")
    used_up(world, anna)
    world.now = datetime(2025, 3, 3, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(DailyQuotaReached):
        world.write(anna, "one more")
    world.now += timedelta(seconds=1)
    used_up(world, anna)


def test_the_refusal_says_what_how_many_and_from_when_on_again(world: World) -> None:
    anna = principal("anna")
    used_up(world, anna)
    with pytest.raises(DailyQuotaReached) as refused:
        world.write(anna, "one more")
    assert "at most 3 notes" in refused.value.detail
    assert "2025-03-04T00:00:00Z" in refused.value.detail
    status, headers, body = render(refused.value, "00-" + "0" * 31 + "1-" + "0" * 15 + "1-00")
    assert status == 429
    assert dict(headers)[b"retry-after"] == b"43200"
    assert b"urn:mitmach:problem:daily-quota-reached" in body


def test_what_was_refused_for_another_reason_keeps_that_reason(world: World) -> None:
    anna = principal("anna")
    used_up(world, anna)
    with pytest.raises(NoteRefused):
        world.write(anna, "one more", fine=False)


def test_what_is_refused_or_changes_nothing_counts_nothing() -> None:
    world = World(write=Quota("notes", LIMIT))
    anna = principal("anna")
    for _ in range(10):
        with pytest.raises(NoteRefused):
            world.write(anna, "refused", fine=False)
    for _ in range(10):
        world.write(anna, "the same")
    world.write(anna, "second")
    world.write(anna, "third")
    with pytest.raises(DailyQuotaReached):
        world.write(anna, "fourth")


def test_kinds_are_counted_apart_and_forgotten_when_the_day_is_over() -> None:
    world = World(write=Quota("notes", LIMIT), draw=Quota("drawings", 1))
    anna = principal("anna")
    used_up(world, anna)
    world.write(anna, "a drawing", Draw)
    (use,) = [one for one in world.stored.values() if isinstance(one, DailyUse)]
    assert use.used == {"notes": 3, "drawings": 1}
    assert use.expires_at == datetime(2025, 3, 5, tzinfo=UTC)
    world.now += timedelta(days=1)
    world.write(anna, "another drawing", Draw)
    (use,) = [one for one in world.stored.values() if isinstance(one, DailyUse)]
    assert use.used == {"drawings": 1}


def test_two_clocks_that_disagree_at_midnight_give_no_second_quota() -> None:
    world = World(write=Quota("notes", LIMIT))
    anna = principal("anna")
    world.now = datetime(2025, 3, 4, 0, 0, 0, 1000, tzinfo=UTC)
    used_up(world, anna)
    world.now = datetime(2025, 3, 3, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(DailyQuotaReached):
        world.write(anna, "one more")


@pytest.mark.parametrize("role", ["admin", "editor", "service"])
def test_who_acts_for_the_organisation_has_no_quota(world: World, role: str) -> None:
    someone = principal("someone", role)
    for number in range(LIMIT + 2):
        world.write(someone, f"note {number}")


@pytest.mark.parametrize("role", ["moderator", "analyst"])
def test_other_roles_have_one(world: World, role: str) -> None:
    someone = principal("someone", role)
    used_up(world, someone)
    with pytest.raises(DailyQuotaReached):
        world.write(someone, "one more")


def test_no_limit_is_no_quota_and_costs_no_document() -> None:
    world = World(write=Quota("notes", 0))
    command = Write(principal("anna"), "note")
    assert world.quotas.wrap(command) is command


# Commands without a quota of their own, and what bounds how often they can be executed with effect.
BOUNDED = {
    "groups": {
        "WithdrawRequest": "by asking",
        "ApproveRequest": "by those who ask",
        "DeclineRequest": "by those who ask",
        "RevokeInvitation": "by inviting",
        "DeclineInvitation": "by those who invite",
        "LeaveGroup": "by joining",
        "RemoveMember": "by those who join",
        "DeleteGroup": "by founding",
        "InvitePerson": "for administrators and programs",
        "SuspendPerson": "for administrators and programs",
        "ReinstatePerson": "for administrators and programs",
        "ErasePerson": "for administrators",
        "LeaveOrganisation": "for administrators and programs",
        "ChangeExternalId": "for administrators and programs",
        "RecordVisit": "once per person and day",
        "RecordPastVisit": "for who imports",
        "EnsureEveryone": "the service itself",
        "EndMembership": "the service itself",
        "FinishErasure": "the service itself",
        "PropagateSuspension": "the service itself",
        "FinishPropagation": "the service itself",
        "RestMembership": "the service itself",
        "ForgetLeaver": "the service itself",
    },
    "posts": {
        "DeletePost": "by publishing",
        "DeleteComment": "by commenting",
        "ReactToPost": "in the engagement",
        "ReactToComment": "in the engagement",
        "TakeBackReaction": "by reacting",
        "TakeBackCommentReaction": "by reacting",
        "ViewPost": "once per person, post and day",
        "ViewPosts": "once per person, post and day",
        "RemovePost": "the service itself",
        "CorrectFirstAnswer": "the service itself",
        "ForgetPost": "the service itself",
        "ForgetComment": "the service itself",
        "ForgetEngagement": "the service itself",
        "ForgetCommentReaction": "the service itself",
        "FinishForgetting": "the service itself",
    },
    "contests": {
        "WithdrawEntry": "by submitting",
        "ViewEntry": "once per person, entry and day",
        "CastBallot": "in the ballot",
        "WithdrawBallot": "by casting",
        "EnterDuePhases": "the service itself",
        "RecordResult": "the service itself",
        "DeleteContest": "the service itself",
        "ForgetInContest": "the service itself",
        "ForgetEntry": "the service itself",
        "ForgetView": "the service itself",
        "FinishForgetting": "the service itself",
    },
}
SETTINGS = {
    "groups": GroupsSettings(pseudonym_key=KEY).daily_quotas(),
    "posts": PostsSettings(pseudonym_key=KEY).daily_quotas(),
    "contests": ContestsSettings(pseudonym_key=KEY).daily_quotas(),
}


def commands(service: str) -> dict[str, type[Command]]:
    """Every command of a service that isn't only the base of others."""
    package = importlib.import_module(f"services.{service}.commands")
    found: dict[str, type[Command]] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if not isinstance(kind, type) or name.startswith("_"):
                continue
            if is_dataclass(kind) and "decide" in vars(kind):
                found[name] = cast(type[Command], kind)
    return found


@pytest.mark.parametrize("service", SETTINGS)
def test_every_command_has_a_quota_or_something_else_that_bounds_it(service: str) -> None:
    with_quota = {kind.__name__ for kind in SETTINGS[service].of}
    assert set(commands(service)) == with_quota | set(BOUNDED[service])
    assert not with_quota & set(BOUNDED[service])


@pytest.mark.parametrize("service", SETTINGS)
def test_every_command_with_a_quota_says_whose_it_is(service: str) -> None:
    for kind in SETTINGS[service].of:
        assert "principal" in {field.name for field in fields(kind)}, kind  # type: ignore[arg-type]


def test_quotas_can_be_switched_off_together_and_one_by_one() -> None:
    assert PostsSettings(pseudonym_key=KEY, quotas=False).daily_quotas().of == {}
    left = {
        kind.__name__ for kind in PostsSettings(pseudonym_key=KEY, quota_posts=0).daily_quotas().of
    }
    assert left == {"AddComment", "EditPost", "EditComment", "SharePost"}
