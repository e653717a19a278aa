"""The made-up quarter: the same from the same seed, possible at any time, like a community."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from mitmach.demo.groups import GROUPS, PHOTO
from mitmach.demo.happenings import ContestStep, Happening
from mitmach.demo.organisation import PEOPLE
from mitmach.demo.quarter import DAYS, quarter
from mitmach.demo.structure import PROGRAMS
from mitmach.importing import acts
from mitmach.importing.causes import Sort, made_by, named_by
from tests.unit.mitmach.quarter_figures import Figures

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # a Monday
SEEDS = (1, 2, 3)
DORMANT = {"Healthy at work", "Table football"}

Quarter = list[list[Happening]]


def play(seed: int, days: int = DAYS, now: datetime = NOW) -> Quarter:
    return list(quarter(seed, days, now))


@pytest.fixture(scope="module", params=SEEDS)
def played(request: pytest.FixtureRequest) -> Quarter:
    return play(request.param)


@pytest.fixture(scope="module")
def figures(played: Quarter) -> Figures:
    found = Figures()
    found.take(chain(*played))
    return found


def only(kind: type[Any], happenings: Sequence[Happening]) -> Iterator[Any]:
    return (happening for happening in happenings if isinstance(happening, kind))


def group_names(played: Quarter) -> dict[str, str]:
    return {act.id: act.name for act in only(acts.GroupFounded, list(chain(*played)))}


def test_the_same_seed_is_the_same_quarter_and_another_one_isnt() -> None:
    assert play(1, days=12) == play(1, days=12)
    assert play(1, days=12) != play(2, days=12)


def test_a_later_hour_only_adds_to_what_has_happened() -> None:
    earlier, later = play(1, days=5), play(1, days=5, now=NOW + timedelta(hours=3))
    assert earlier[:-1] == later[:-1]
    assert later[-1][: len(earlier[-1])] == earlier[-1]
    assert len(later[-1]) > len(earlier[-1])


@pytest.mark.parametrize("days", [1, 2, 3, 4, 7, 31, 120])
def test_there_is_a_list_for_each_complete_day_and_one_for_today(days: int) -> None:
    found = play(4, days=days)
    assert len(found) == days + 1
    first = NOW.date() - timedelta(days=days)
    for place, happened in enumerate(found):
        assert {happening.at.date() for happening in happened} <= {first + timedelta(days=place)}
        assert happened
    assert all(happening.at < NOW for happening in found[-1])
    assert_is_possible(found)


def test_everything_is_in_order_of_time_and_possible_when_it_happens(played: Quarter) -> None:
    moments = [happening.at for happening in chain(*played)]
    assert moments == sorted(moments)
    assert_is_possible(played)


def assert_is_possible(played: Quarter) -> None:
    """Whatever an act names is there at that moment, and whoever acts may."""
    ledger = Possible()
    for happening in chain(*played):
        ledger.take(happening)


class Possible:
    """What is there at a moment, and who is where."""

    def __init__(self) -> None:
        self.made: dict[tuple[Sort, str], acts.Act] = {}
        self.there: set[str] = set()
        self.members: set[tuple[str, str]] = set()
        self.closed: set[str] = set()
        self.reactions: set[tuple[str, str]] = set()
        self.viewed: set[tuple[str, str, date]] = set()
        self.editors: set[str] = set()
        self.contest = ""

    def take(self, happening: Happening) -> None:
        by = getattr(happening, "by", None)
        assert by is None or by in self.there, happening
        if isinstance(happening, ContestStep):
            self.contest = self.contest or happening.group
            if happening.kind in {"enter", "vote"}:
                assert (self.contest, happening.by) in self.members
            return
        for named in named_by(happening):
            assert (named.sort, named.id) in self.made, happening
        made = made_by(happening)
        if made is not None:
            assert (made.sort, made.id) not in self.made, happening
            self.made[made.sort, made.id] = happening
        self._take_about_people(happening)
        self._take_about_groups(happening)
        group = self._group_of(happening)
        if group is not None:
            self._take_about_posts(happening, group)

    def _take_about_people(self, act: Any) -> None:
        match act:
            case acts.PersonCame():
                self.there.add(act.id)
            case acts.PersonReinstated():
                assert act.person not in self.there
                self.there.add(act.person)
            case acts.PersonLeft() | acts.PersonSuspended():
                self.there.remove(act.person)
            case acts.RolesHeld():
                self.editors.add(act.person)

    def _take_about_groups(self, act: Any) -> None:
        match act:
            case acts.GroupFounded():
                assert act.type != "pilot" or act.by in self.editors
                self.members.add((act.id, act.by))
                if act.visibility != "open":
                    self.closed.add(act.id)
            case acts.MemberJoined():
                assert act.person in self.there
                self.members.add((act.group, act.person))
            case acts.MemberLeft():
                self.members.remove((act.group, act.person))

    def _group_of(self, act: Any) -> str | None:
        """The group that a post or a comment is in; None for other acts."""
        if isinstance(act, acts.ChannelCreated):
            return None
        about = dict(named_by(act))
        if Sort.COMMENT in about and Sort.POST not in about:
            about[Sort.POST] = self._made(Sort.COMMENT, about[Sort.COMMENT]).post
        if Sort.POST in about:
            about[Sort.CHANNEL] = self._made(Sort.POST, about[Sort.POST]).channel
        channel = about.get(Sort.CHANNEL)
        return None if channel is None else str(self._made(Sort.CHANNEL, channel).group)

    def _take_about_posts(self, act: Any, group: str) -> None:
        inside = (group, act.by) in self.members or act.by in self.editors
        if isinstance(act, acts.PostPublished | acts.CommentAdded) or group in self.closed:
            assert inside, act
        match act:
            case acts.PostViewed():
                assert self._made(Sort.POST, act.post).by != act.by, "nobody views what is theirs"
                assert (act.post, act.by, act.at.date()) not in self.viewed
                self.viewed.add((act.post, act.by, act.at.date()))
            case acts.Reacted(post=str() as post):
                self.reactions.add((post, act.by))
            case acts.ReactionTakenBack(post=str() as post):
                self.reactions.remove((post, act.by))
            case acts.PostShared(to_group=str()):
                assert (act.to_group, act.by) in self.members
            case acts.Deleted():
                sort, thing = next(iter(n for n in named_by(act) if n.sort is not Sort.PERSON))
                assert self._made(sort, thing).by == act.by
                del self.made[sort, thing]

    def _made(self, sort: Sort, id: str) -> Any:
        return self.made[sort, id]


def test_there_are_as_many_acts_of_each_kind_as_a_community_has(figures: Figures) -> None:
    kinds = figures.kinds
    assert 45_000 <= kinds.total() <= 60_000
    assert kinds["PersonCame"] == PEOPLE + len(PROGRAMS)
    assert kinds["GroupFounded"] == len(GROUPS)
    for kind, least, most in (
        ("PostViewed", 34_000, 48_000),
        ("Reacted", 3_500, 7_500),
        ("CommentAdded", 1_200, 2_800),
        ("PostPublished", 800, 1_300),
        ("MemberJoined", 1_200, 1_900),
        ("PostShared", 150, 450),
        ("ReactionTakenBack", 40, 200),
        ("Edited", 15, 90),
        ("Deleted", 5, 60),
        ("PersonLeft", 10, 10),
        ("PersonSuspended", 3, 3),
        ("PersonReinstated", 1, 1),
        ("ContestStep", 45, 120),
    ):
        assert least <= kinds[kind] <= most, (kind, kinds[kind])


def test_the_figures_of_a_month_are_those_of_a_community(figures: Figures) -> None:
    today = NOW.date()
    month = figures.of(today - timedelta(days=30), 30)
    assert 0.70 <= month.adoption <= 0.87
    assert 0.20 <= month.stickiness <= 0.35
    assert 0.05 <= month.creators <= 0.10
    assert 0.20 <= month.responders <= 0.33
    assert 0.60 <= month.coverage(today) <= 0.85
    assert 0.08 <= month.engagement() <= 0.25
    by_format = {name: month.engagement(name) for name in ("text", "photo", "video", "document")}
    assert max(by_format, key=lambda name: by_format[name]) == "video"
    assert by_format["photo"] > by_format["document"]


def test_it_grows(figures: Figures) -> None:
    today = NOW.date()
    weeks = [figures.of(today - timedelta(days=back), 7) for back in (90, 60, 30, 7)]
    active = [len(week.active) for week in weeks]
    assert active[-1] > 1.4 * active[0]
    eligible = [len(week.eligible) for week in weeks]
    assert eligible == sorted(eligible)


def test_weekends_are_quiet(played: Quarter) -> None:
    complete = played[:-1]
    by_day = {True: [0, 0], False: [0, 0]}
    for happened in complete[1:]:  # on the first day everything is founded
        weekend = happened[0].at.weekday() >= 5
        by_day[weekend][0] += len(happened)
        by_day[weekend][1] += 1
    mean = {weekend: total / days for weekend, (total, days) in by_day.items()}
    assert mean[True] < 0.4 * mean[False]


def test_news_come_in_the_morning(played: Quarter) -> None:
    news = [act for act in only(acts.PostPublished, list(chain(*played))) if act.type == "news"]
    assert len(news) > 50
    assert all(act.at.hour < 10 for act in news)


def contributions(played: Quarter) -> dict[str, list[datetime]]:
    """When something was said in each group, by its name."""
    names = group_names(played)
    groups: dict[str, str] = {}
    channels: dict[str, str] = {}
    said: dict[str, list[datetime]] = {name: [] for name in names.values()}
    for happening in chain(*played):
        match happening:
            case acts.ChannelCreated():
                channels[happening.id] = names[happening.group]
            case acts.PostPublished():
                groups[happening.id] = channels[happening.channel]
                said[groups[happening.id]].append(happening.at)
            case acts.CommentAdded():
                said[groups[happening.post]].append(happening.at)
    return said


def test_two_groups_fall_dormant_and_all_others_are_alive(played: Quarter) -> None:
    quiet = {name: NOW - max(moments) for name, moments in contributions(played).items()}
    assert {name for name, span in quiet.items() if span > timedelta(days=14)} == DORMANT
    assert all(quiet[name] > timedelta(days=45) for name in DORMANT)


def between(moments: list[datetime], first: int, last: int) -> int:
    """How many fall into days that are counted from the first one."""
    start = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC) - timedelta(days=DAYS)
    return sum(first <= (moment - start).days < last for moment in moments)


def test_the_contest_lifts_the_group_that_it_is_about(played: Quarter) -> None:
    photos = contributions(played)[GROUPS[PHOTO].name]
    assert between(photos, 31, 55) > 1.8 * between(photos, 6, 30)
    start = NOW.date() - timedelta(days=DAYS)
    steps = list(only(ContestStep, list(chain(*played))))
    assert [step.kind for step in steps[:3]] == ["create", "announce", "submissions"]
    assert steps[-1].kind == "published"
    assert all(30 <= (step.at.date() - start).days < 60 for step in steps)


def test_one_group_rises_and_a_pilot_has_ups_and_downs(played: Quarter) -> None:
    said = contributions(played)
    lab = said["Innovation lab"]
    assert between(lab, 70, 90) > 2 * between(lab, 22, 42)
    bicycle = said["Bicycle to work"]
    first, low, second = (between(bicycle, *days) for days in ((14, 28), (36, 50), (54, 68)))
    assert low < first
    assert low < second


def test_people_can_enter_and_vote_as_the_rules_say(played: Quarter) -> None:
    steps = list(only(ContestStep, list(chain(*played))))
    entrants = {step.entries: step.by for step in steps if step.kind == "enter"}
    editor = steps[0].by
    assert editor not in entrants.values(), "who decides about entries doesn't enter"
    assert len(set(entrants.values())) == len(entrants)
    votes = [step for step in steps if step.kind == "vote"]
    assert len({step.by for step in votes}) == len(votes)
    rejected = next(step.entries for step in steps if step.kind == "reject")
    for vote in votes:
        assert 1 <= len(vote.entries) <= 2
        assert not {entrants[entry,] for entry in vote.entries} & {vote.by}
        assert rejected[0] not in vote.entries
    inside: set[str] = set()
    for happening in chain(*played):
        match happening:
            case acts.GroupFounded() if happening.id == steps[0].group:
                inside.add(happening.by)
            case acts.MemberJoined() | acts.MemberLeft() if happening.group == steps[0].group:
                joined = isinstance(happening, acts.MemberJoined)
                (inside.add if joined else inside.discard)(happening.person)
            case ContestStep(kind="voting"):
                assert {step.by for step in votes} <= inside, "the roll is fixed by then"
    create = steps[0]
    assert list(create.schedule) == sorted(create.schedule)
    begun = {step.kind: step.at for step in steps}
    in_time = ("submissions", "review", "voting", "sealed")
    for kind, planned in zip(in_time, create.schedule, strict=True):
        assert begun[kind] < planned, f"{kind} is brought forward, so the clock doesn't do it"


def test_in_a_few_days_there_is_no_room_for_a_contest() -> None:
    for days in (1, 2, 3):
        assert not list(only(ContestStep, list(chain(*play(1, days=days)))))
    steps = list(only(ContestStep, list(chain(*play(1, days=4)))))
    assert {step.kind for step in steps} >= {"create", "enter", "vote", "sealed", "published"}
