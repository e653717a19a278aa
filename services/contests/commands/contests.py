"""Organising: a contest is drafted and redrafted before anybody else knows of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from services.contests.commands.context import facts_of_contest, see_contest, seen_contest
from services.contests.domain.archival import check_in_use
from services.contests.domain.audience import (
    GroupUnknown,
    affiliations_found,
    content_of,
    group_reads,
    groups_found,
    is_there,
    membership_reads,
    readers_of,
)
from services.contests.domain.contest import (
    Contest,
    ContestRulesFixed,
    ContestVersionChanged,
    Step,
)
from services.contests.domain.rules import Description, DescriptionPatch, Rules, check_description
from shared.audience import EVERYONE, Group, Person
from shared.contract.access import Action, authorize, sees
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key


def _groups(principal: Principal, *ids: str) -> Iterator[Key]:
    yield from group_reads(ids)
    yield from membership_reads(ids, principal.pseudonym)


def _check_group(found: Found, group_id: str, principal: Principal) -> Group | None:
    """Raises `GroupUnknown` unless the group is there and the person sees what is in it."""
    groups = groups_found(found, [group_id])
    group = groups.get(group_id)
    who = affiliations_found(found, [group_id], principal.pseudonym)
    if group_id != EVERYONE and not (
        is_there(groups, group_id) and sees(principal, content_of(group, group_id, who))
    ):
        raise GroupUnknown("Use the id of a group that you see.")
    return group


def _normal(description: Description) -> Description:
    """With times as the database keeps them."""
    schedule = description.schedule
    if schedule is None:
        return description
    times = {
        name: None if time is None else to_milliseconds(time.astimezone(UTC))
        for name, time in msgspec.structs.asdict(schedule).items()
    }
    return replace(description, schedule=replace(schedule, **times))


@dataclass(frozen=True, slots=True)
class CreateContest:
    """A new draft; only those who organise it see it."""

    principal: Principal
    contest_id: str
    group_id: str
    description: Description

    def reads(self, _found: Found) -> Iterable[Key]:
        """The groups that it names, who asks, and their memberships."""
        rules = self.description.rules
        yield Contest, self.contest_id
        yield Person, self.principal.pseudonym
        yield from _groups(self.principal, self.group_id, rules.entrants, rules.voters)

    def decide(self, found: Found, now: datetime) -> Changes:
        """In a group its owners and moderators may, for everyone editors; no event yet."""
        group = _check_group(found, self.group_id, self.principal)
        rules = self.description.rules
        named = (self.group_id, rules.entrants, rules.voters)
        who = affiliations_found(found, named, self.principal.pseudonym)
        for_all = self.group_id == EVERYONE
        authorize(
            self.principal,
            Action.CREATE_CONTEST_FOR_ALL if for_all else Action.CREATE_CONTEST,
            content_of(group, self.group_id, who),
        )
        _check_groups_of(rules, found, self.principal)
        groups = groups_found(found, named)
        check_in_use(groups, self.group_id, rules.entrants, rules.voters)
        description = _normal(self.description)
        check_description(description)
        at = to_milliseconds(now)
        contest = Contest(
            id=self.contest_id,
            group_id=self.group_id,
            readers=EVERYONE if group is None else readers_of(self.group_id, group.visibility),
            organiser_id=self.principal.person_id,
            organiser=self.principal.pseudonym,
            description=description,
            phase="draft",
            trail=[Step(phase="draft", at=at, by=self.principal.person_id)],
            created_at=at,
            changed_at=at,
        )
        return Changes(reply=see_contest(contest, groups, who, self.principal), put=[contest])


def _check_groups_of(rules: Rules, found: Found, principal: Principal) -> None:
    _check_group(found, rules.entrants, principal)
    _check_group(found, rules.voters, principal)


@dataclass(frozen=True, slots=True)
class ChangeContest:
    """A draft gets another description.

    Attributes:
        change: What is different; `rules` and `schedule` as a whole.
        expected: The versions that it may replace (If-Match); None for any.
    """

    principal: Principal
    contest_id: str
    change: DescriptionPatch
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, and the groups that the new rules name."""
        yield from facts_of_contest(found, self.contest_id, self.principal)
        if isinstance(self.change.rules, Rules):
            rules = self.change.rules
            yield from _groups(self.principal, rules.entrants, rules.voters)

    def decide(self, found: Found, now: datetime) -> Changes:
        """After the announcement everything is fixed."""
        seen = seen_contest(found, self.contest_id, self.principal)
        contest = seen.contest
        authorize(self.principal, Action.CHANGE_CONTEST, seen.resource)
        if contest.phase != "draft":
            raise ContestRulesFixed("Cancel it and create another, if it can't stay as it is.")
        if self.expected is not None and contest.version not in self.expected:
            raise ContestVersionChanged("Read it again and repeat your change.")
        rules = contest.rules
        if isinstance(self.change.rules, Rules):
            rules = self.change.rules
            _check_groups_of(rules, found, self.principal)
        named = (contest.group_id, rules.entrants, rules.voters)
        groups = groups_found(found, named)
        check_in_use(groups, contest.group_id, rules.entrants, rules.voters)
        description = _normal(self.change.of(contest.description))
        check_description(description)
        if description == contest.description:
            return Changes(reply=seen)
        changed = replace(
            contest,
            description=description,
            changed_at=to_milliseconds(now),
            version=contest.version + 1,
        )
        who = affiliations_found(found, named, self.principal.pseudonym)
        return Changes(reply=seen._replace(contest=changed, who=who, groups=groups), put=[changed])
