"""Contests are drafted and redrafted before anybody else knows of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.contests.commands.context import contest_reads, enter_contest
from services.contests.domain.audience import (
    Groups,
    affiliations_found,
    content_of,
    group_reads,
    groups_found,
    membership_reads,
)
from services.contests.domain.contest import Contest, Step
from services.contests.domain.contest_transitions import (
    check_is_draft,
    checked_description,
    redraft,
)
from services.contests.domain.patches import DescriptionPatch
from services.contests.domain.rules import Description
from services.contests.domain.visibility import check_group_is_seen, readers_of
from shared.audience import EVERYONE, Person
from shared.contract.access import Action, authorize
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True)
class CreateContest:
    """A new draft; only those who organise it see it."""

    principal: Principal
    contest_id: str
    group_id: str
    description: Description

    def reads(self, _found: Found) -> Iterable[Key]:
        """The groups that it names, who asks, and their memberships."""
        yield Contest, self.contest_id
        yield Person, self.principal.person_id
        yield from _group_reads(self.principal, self._named())

    def decide(self, found: Found, now: datetime) -> Changes:
        """In a group its owners and moderators may, for everyone editors; no event yet."""
        groups = groups_found(found, self._named())
        who = affiliations_found(found, self._named(), self.principal.person_id)
        check_group_is_seen(groups, self.group_id, who, self.principal)
        for_all = self.group_id == EVERYONE
        authorize(
            self.principal,
            Action.CREATE_CONTEST_FOR_ALL if for_all else Action.CREATE_CONTEST,
            content_of(groups.get(self.group_id), self.group_id, who),
        )
        for named in (self.description.rules.entrants, self.description.rules.voters):
            check_group_is_seen(groups, named, who, self.principal)
        contest = self._draft(groups, now)
        return Changes(reply=contest, put=[contest])

    def shown_reads(self, found: Found, reply: Contest) -> Iterable[Key]:
        """The contest, its groups, and the person in them."""
        return contest_reads(found, reply.id, self.principal)

    def check_shown(self, found: Found, reply: Contest) -> None:
        """To whom may read the contest."""
        enter_contest(found, reply.id, self.principal, Action.READ_CONTEST)

    def _draft(self, groups: Groups, now: datetime) -> Contest:
        at = to_milliseconds(now)
        group = groups.get(self.group_id)
        return Contest(
            id=self.contest_id,
            group_id=self.group_id,
            readers=EVERYONE if group is None else readers_of(self.group_id, group.visibility),
            organiser=self.principal.person_id,
            description=checked_description(self.description, self.group_id, groups),
            phase="draft",
            trail=[Step(phase="draft", at=at, by=self.principal.person_id)],
            created_at=at,
            changed_at=at,
        )

    def _named(self) -> tuple[str, ...]:
        return self.group_id, self.description.rules.entrants, self.description.rules.voters


@dataclass(frozen=True, slots=True)
class ChangeContest:
    """A draft gets another description.

    Attributes:
        patch: What is to be different.
        expected: The versions that it may replace (If-Match); None for any.
    """

    principal: Principal
    contest_id: str
    patch: DescriptionPatch
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, and the groups that the new rules name."""
        yield from contest_reads(found, self.contest_id, self.principal)
        yield from _group_reads(self.principal, self.patch.named_groups())

    def decide(self, found: Found, now: datetime) -> Changes:
        """After the announcement everything is fixed."""
        context = enter_contest(found, self.contest_id, self.principal, Action.CHANGE_CONTEST)
        contest = context.contest
        check_is_draft(contest, self.expected)
        description = self.patch.applied_to(contest.description)
        named = (contest.group_id, description.rules.entrants, description.rules.voters)
        groups = groups_found(found, named)
        who = affiliations_found(found, named, self.principal.person_id)
        for group_id in self.patch.named_groups():
            check_group_is_seen(groups, group_id, who, self.principal)
        changed = redraft(contest, description, groups, now)
        if changed is None:
            return Changes(reply=context)
        reply = context._replace(contest=changed, who=who, groups=groups)
        return Changes(reply=reply, put=[changed])


def _group_reads(principal: Principal, group_ids: Iterable[str]) -> Iterator[Key]:
    ids = tuple(group_ids)
    yield from group_reads(ids)
    yield from membership_reads(ids, principal.person_id)
