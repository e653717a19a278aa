"""The order in which requests leave, beside a model that compares each with all before it."""

from dataclasses import dataclass, field
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from mitmach.importing.recording.order import AHEAD, Order, Waiting
from mitmach.importing.recording.requests import Request, Service

NAMES = ("a", "b", "c")
SERVICES: tuple[Service, ...] = ("groups", "posts")


def depends(later: Request, earlier: Request) -> bool:
    """Whether two requests touch the same thing, and one of them changes it.

    What only adds to it need not wait for who reads it.
    """
    touched = {*later.reads, *later.writes, *later.adds}
    changed = {*earlier.writes, *earlier.adds}
    return bool(touched & changed or set(later.writes) & set(earlier.reads))


@dataclass
class Walk:
    """An order in use, and all that left it.

    Attributes:
        requests: All requests, by the number under which they were added.
        flying: Batches that left and weren't answered.
        left: Numbers of what has left.
        done: Numbers of what was answered.
    """

    order: Order[int] = field(default_factory=Order)
    requests: list[Request] = field(default_factory=list)
    flying: list[list[int]] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)

    def add(self, request: Request, size: int = 1, key: int | None = None) -> None:
        number = len(self.requests)
        self.requests.append(request)
        self.order.add(Waiting(number if key is None else key, request, size))

    def leave(self, service: Service, most: int = 4, most_bytes: int = 10) -> list[int]:
        chosen = self.order.next_batch(service, most=most, most_bytes=most_bytes)
        batch = [number for number, _ in chosen]
        assert len(batch) <= most
        size = sum(waiting.size for _, waiting in chosen)
        assert len(batch) == 1 or size <= most_bytes
        for place, number in enumerate(batch):
            request = self.requests[number]
            assert request is chosen[place][1].request
            assert request.service == service
            assert number not in self.left, "nothing leaves twice"
            assert request.alone is None or len(batch) == 1
            before = self.done | set(batch[:place])
            missing = [
                earlier
                for earlier in range(number)
                if depends(request, self.requests[earlier]) and earlier not in before
            ]
            assert missing == [], "it leaves before what it depends on"
            self.left.add(number)
        if batch:
            self.flying.append(batch)
        return batch

    def answer(self, which: int) -> None:
        batch = self.flying.pop(which % len(self.flying))
        self.done.update(batch)
        self.order.done(batch)


Step = tuple[Literal["add"], tuple[Request, int]] | tuple[Literal["leave", "answer"], int]

names = st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple)
requests = st.builds(
    lambda service, reads, writes, adds, alone: Request(
        service=service,
        operation="act",
        reads=reads,
        writes=writes,
        adds=adds,
        alone=("DELETE", "/") if alone else None,
    ),
    st.sampled_from(SERVICES),
    names,
    names,
    names,
    st.sampled_from((False, False, False, True)),
)
sizes = st.integers(min_value=1, max_value=12)  # some are too large for a batch
steps = st.one_of(
    st.tuples(st.just("add"), st.tuples(requests, sizes)),
    st.tuples(st.just("leave"), st.integers(0, 1)),
    st.tuples(st.just("answer"), st.integers(0, 3)),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(steps, max_size=60), st.randoms(use_true_random=False))
def test_nothing_leaves_before_what_it_depends_on_and_all_leave_in_the_end(
    walked: list[Step], dice: object
) -> None:
    walk = Walk()
    for step in walked:
        match step:
            case ("add", (request, size)):
                walk.add(request, size)
            case ("leave", number):
                walk.leave(SERVICES[number])
            case ("answer", number) if walk.flying:
                walk.answer(number)
    while len(walk.order):
        left = [walk.leave(service) for service in SERVICES]
        assert walk.flying, (left, "nothing is on its way, and nothing may leave")
        walk.answer(dice.randrange(9))  # type: ignore[attr-defined]
    assert walk.done == set(range(len(walk.requests)))


def about(operation: str, person: str) -> Request:
    writes = (f"person {person}",)
    return Request(service="groups", operation=operation, about=person, writes=writes)


def by(person: str, *, service: Service = "groups") -> Request:
    return Request(service=service, operation="join_group", reads=(f"person {person}",))


def test_a_persons_further_acts_wait_until_it_is_known_who_they_are() -> None:
    walk = Walk()
    walk.add(about("create_person", "ada"), key=0)
    visit = Request(service="groups", operation="visit", actor="ada", writes=("person ada",))
    walk.add(visit, key=0)
    walk.add(by("ada"), key=1)
    walk.add(about("leave_organisation", "ada"), key=2)
    walk.add(by("bob"), key=3)
    assert walk.leave("groups", most=9) == [0, 1, 4], "their own visit goes with them"
    assert walk.leave("groups") == []
    walk.answer(0)
    assert walk.leave("groups") == [2, 3]


def test_an_act_shares_the_batch_of_what_it_waits_for_but_no_other_service_does() -> None:
    walk = Walk()
    walk.add(Request(service="groups", operation="join", writes=("member",)))
    walk.add(Request(service="groups", operation="change", reads=("member",)))
    walk.add(Request(service="posts", operation="publish", reads=("member",)))
    assert walk.leave("groups") == [0, 1]
    assert walk.leave("posts") == []
    walk.answer(0)
    assert walk.leave("posts") == [2]


def test_an_act_that_is_larger_than_a_batch_may_be_leaves_by_itself() -> None:
    walk = Walk()
    walk.add(Request(service="posts", operation="publish"), size=100)
    walk.add(Request(service="posts", operation="publish"), size=1)
    assert walk.leave("posts") == [0]
    assert walk.leave("posts") == [1]


def test_what_is_sent_alone_shares_no_batch() -> None:
    walk = Walk()
    walk.add(Request(service="posts", operation="publish"))
    walk.add(Request(service="posts", operation="delete", alone=("DELETE", "/")))
    walk.add(Request(service="posts", operation="publish"))
    assert walk.leave("posts") == [0]
    assert walk.leave("posts") == [1]
    assert walk.leave("posts") == [2]


def test_additions_overtake_readers_but_no_more_than_are_known_of_afterwards() -> None:
    walk = Walk()
    walk.add(Request(service="posts", operation="publish", reads=("members",)))
    for _ in range(AHEAD + 1):
        walk.add(Request(service="groups", operation="join", adds=("members",)))
    walk.add(Request(service="posts", operation="publish", reads=("members",)))
    walk.add(Request(service="groups", operation="leave", writes=("members",)))
    ahead = list(range(1, AHEAD + 1))
    assert walk.leave("groups", most=1_000, most_bytes=1_000) == ahead
    assert walk.leave("posts") == [0], "the later post waits for those who join before it"
    walk.answer(0)
    assert walk.leave("groups") == []
    walk.answer(0)
    assert walk.leave("groups") == [AHEAD + 1]
    walk.answer(0)
    assert walk.leave("groups") == [], "who leaves waits for the posts before"
    assert walk.leave("posts") == [AHEAD + 2]
    walk.answer(0)
    assert walk.leave("groups") == [AHEAD + 3]


def test_what_depends_on_additions_has_to_hear_of_them() -> None:
    walk = Walk()
    walk.add(Request(service="groups", operation="join", adds=("members",)))
    walk.add(Request(service="posts", operation="publish", reads=("members",)))
    walk.leave("groups")
    walk.order.done(walk.flying.pop(), told=7)
    walk.add(Request(service="posts", operation="publish", reads=("members",)))
    assert walk.order.news_for([1]) == walk.order.news_for([2]) == 7
