"""Checks that need no platform: whether the acts of an import make sense together.

They run once over the spool, in the order of time, when everything is read and before anything is
sent. So a report says all of it beforehand, and nobody finds half an import on the platform. Every
act that names a thing needs an act before it that makes the thing and is taken itself; what becomes
of people who act where they may not (after they left, without being members) only the platform
says.
"""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from mitmach.importing.acts import AnyAct, CommentAdded, Deleted
from mitmach.importing.causes import Made, Named, Sort, has_one_target, kind_of, made_by, named_by
from mitmach.importing.problems import Problem, ProblemKind
from mitmach.importing.report import Report
from mitmach.importing.spool import ActState, Spool, SpooledAct

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nobody had such a platform before; exports have such moments where one is missing."""

LONG_GAP = timedelta(days=3652)
"""Ten years without an act: more often a wrong moment than an organisation that fell silent."""

# Posts and comments that are known to be there without asking the spool: most acts name a recent
# one. Twice as many bring nothing, fewer cost look-ups.
_RECENT = 5_000

# Steps from a comment upwards: threads of people are some ten deep, and a longer one is reported as
# coming too early, which is as true.
_LONGEST_CHAIN = 1_000

_UNKNOWN: dict[Sort, ProblemKind] = {
    Sort.PERSON: "unknown-person",
    Sort.GROUP: "unknown-group",
    Sort.CHANNEL: "unknown-channel",
    Sort.POST: "unknown-post",
    Sort.COMMENT: "unknown-comment",
}


class _RefusedError(Exception):
    """An act isn't taken."""

    def __init__(self, kind: ProblemKind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: ProblemKind = kind
        self.sentence = sentence


def check(spool: Spool, report: Report, *, now: datetime) -> None:
    """Marks acts that can't be taken as refused, and counts them in the report.

    Args:
        spool: A spool in which everything was read.
        report: The report of its reading.
        now: What is later hasn't happened.
    """
    checks = _Checks(spool, report, now)
    for piece in spool.everything():
        with spool.batch():
            for spooled in piece:
                checks.judge(spooled)


class _Checks:
    """What is known at a moment of the history: what there is, and what is gone."""

    def __init__(self, spool: Spool, report: Report, now: datetime) -> None:
        self._spool = spool
        self._report = report
        self._now = now
        self._there: dict[Sort, dict[str, str]] = {
            Sort.PERSON: {},
            Sort.GROUP: {},
            Sort.CHANNEL: {},
        }
        self._recent: dict[Named, str] = {}
        self._gone_groups: set[str] = set()
        self._something_is_gone = False
        self._last: datetime | None = None

    def judge(self, spooled: SpooledAct) -> None:
        """Refuses an act, or notes what it makes and ends."""
        act = spooled.act
        try:
            self._check_moment(act)
            if not has_one_target(act):
                raise _RefusedError("unclear-target", "It is about nothing, or about too much.")
            made = made_by(act)
            if made is not None:
                self._check_new(spooled, made)
            for named in named_by(act):
                self._check_there(spooled, named)
            if isinstance(act, CommentAdded) and act.parent is not None:
                self._fold(spooled, act, act.parent)
        except _RefusedError as refused:
            self._spool.mark(spooled.position, ActState.REFUSED, refused.sentence)
            self._report.add_refused(kind_of(act))
            self._say(spooled, refused.kind, refused.sentence)
            return
        if self._last is not None and act.at - self._last >= LONG_GAP:
            days = f"{self._last.date()} to {act.at.date()}"
            self._say(spooled, "long-gap", f"Nothing happens from {days}.")
        self._last = act.at
        if made is not None:
            self._note(made)
        if isinstance(act, Deleted):
            self._end(act)

    def _check_moment(self, act: AnyAct) -> None:
        if act.at < EARLIEST:
            raise _RefusedError("before-1990", "It is said to have happened before 1990.")
        if act.at > self._now:
            raise _RefusedError("in-the-future", "It is said to happen in the future.")

    def _check_new(self, spooled: SpooledAct, made: Made) -> None:
        there = self._there.get(made.sort)
        if there is not None:
            twice = made.id in there
        else:
            first = self._spool.first(made.sort, made.id)
            twice = first is not None and first.position < spooled.position
        if twice:
            raise _RefusedError(
                "duplicate-id", f"There is another {_word(made.sort)} with this id."
            )

    def _check_there(self, spooled: SpooledAct, named: Named) -> None:
        owner = self._owner(spooled, named)
        # Answers to a deleted comment stay: it keeps its place in the thread.
        answered = isinstance(spooled.act, CommentAdded) and named.sort is Sort.COMMENT
        if self._something_is_gone and not answered and self._is_gone(spooled, named, owner):
            raise _RefusedError("deleted-target", f"The {_word(named.sort)} was deleted before.")

    def _owner(self, spooled: SpooledAct, named: Named) -> str:
        """The thing that a named thing is in; raises unless it is there before the act."""
        there = self._there.get(named.sort)
        owner = self._recent.get(named) if there is None else there.get(named.id)
        if owner is not None:
            return owner
        first = self._spool.first(named.sort, named.id)
        word = _word(named.sort)
        if first is None:
            raise _RefusedError(_UNKNOWN[named.sort], f"It names a {word} that isn't there.")
        if first.position < spooled.position:
            return first.owner
        if self._is_cycle(spooled):
            raise _RefusedError("cycle", "It answers itself, by way of its answers.")
        raise _RefusedError("before-its-cause", f"The {word} that it names only comes later.")

    def _is_cycle(self, spooled: SpooledAct) -> bool:
        """Whether a comment is its own ancestor."""
        act = spooled.act
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(act, CommentAdded) or act.parent is None:
                return False
            if isinstance(spooled.act, CommentAdded) and act.parent == spooled.act.id:
                return True
            parent = self._spool.first(Sort.COMMENT, act.parent)
            if parent is None:
                return False
            act = self._spool.act_at(parent.position)
        return False

    def _is_gone(self, spooled: SpooledAct, named: Named, owner: str) -> bool:
        match named.sort:
            case Sort.GROUP:
                return named.id in self._gone_groups
            case Sort.CHANNEL:
                return owner in self._gone_groups
            case Sort.POST | Sort.COMMENT:
                if self._spool.is_gone(named.sort, named.id):
                    return True
                above = Sort.CHANNEL if named.sort is Sort.POST else Sort.POST
                outer = Named(above, owner)
                return self._is_gone(spooled, outer, self._owner(spooled, outer))
            case _:
                return False

    def _fold(self, spooled: SpooledAct, act: CommentAdded, parent: str) -> None:
        """Lets an answer to an answer answer the comment that begins the thread."""
        if self._owner(spooled, Named(Sort.COMMENT, parent)) != act.post:
            raise _RefusedError("other-post", "It answers a comment on another post.")
        first = self._spool.first(Sort.COMMENT, parent)
        above = None if first is None else self._spool.act_at(first.position)
        # What is above was folded before: its parent begins the thread.
        if isinstance(above, CommentAdded) and above.parent is not None:
            self._spool.rewrite(spooled.position, replace(act, parent=above.parent))

    def _note(self, made: Made) -> None:
        there = self._there.get(made.sort)
        if there is not None:
            there[made.id] = made.owner
            return
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        self._recent[Named(made.sort, made.id)] = made.owner

    def _end(self, act: Deleted) -> None:
        self._something_is_gone = True
        if act.group is not None:
            self._gone_groups.add(act.group)
        elif act.post is not None:
            self._spool.bury(Sort.POST, act.post)
        elif act.comment is not None:
            self._spool.bury(Sort.COMMENT, act.comment)

    def _say(self, spooled: SpooledAct, kind: ProblemKind, sentence: str) -> None:
        self._report.add(Problem(kind=kind, place=spooled.place, sentence=sentence))


def _word(sort: Sort) -> str:
    return sort.name.lower()
