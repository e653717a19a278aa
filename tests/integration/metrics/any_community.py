"""An organisation on the posts service's own commands, told to the metrics: any world at all."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from services.posts.commands.comments import DeleteComment
from services.posts.commands.posts import DeletePost
from services.posts.commands.reactions import ReactToPost, TakeBackReaction
from services.posts.commands.shares import SharePost
from services.posts.commands.views import ViewPost
from shared.contract.errors import Refusal
from shared.contract.events import groups, people
from shared.contract.events.envelope import EventData
from shared.contract.events.topics import POSTS
from shared.contract.principal import Principal
from tests.support.in_memory import principal
from tests.unit.posts.world import World
from tooling.sample_events import sample

NAMES = tuple("abcdefghij")
PROGRAMS = frozenset("ij")
FORMATS = ("text", "photo", "video")
DEEDS = (
    *("arrive", "join", "leave", "suspend", "reinstate", "publish", "publish", "wait"),
    *("erase", "all view", "all view", "all react"),
    *("view", "view", "view", "react", "react", "take back", "share", "comment"),
    *("delete comments", "delete"),
)


class Community:
    """An organisation on the posts service's own commands; all that happens is told to metrics."""

    def __init__(self) -> None:
        self.world = World()
        self.told: list[tuple[EventData, str | None, datetime]] = []
        self.who = {name: principal(name) for name in NAMES}
        self.active: set[str] = set()
        self.members: set[str] = set()
        self.group_id, self.channel_id = "", ""
        self.posts: list[Any] = []

    def hear(self, data: EventData, actor: str | None = None) -> None:
        self.world.hear(data)
        self.told.append((data, actor, self.world.now))

    def do(self, command: Any) -> None:
        """Somebody tries something; a refusal is no mistake here."""
        before = len(self.world.events)
        with suppress(Refusal):
            self.world.do(command)
        self._tell(before)

    def _tell(self, before: int) -> None:
        for event in self.world.events[before:]:
            self.told.append((event.data, event.actor, self.world.now))

    def begin(self, first: int, visibility: str) -> None:
        """The first people arrive and found a group."""
        for name in NAMES[:first]:
            self.arrive(name)
        self.group_id = self.world.new_id()
        about: dict[str, Any] = {"group_id": self.group_id, "visibility": visibility}
        self.hear(sample(groups.GroupCreated, **about), self.who["a"].person_id)
        for name in NAMES[:first]:
            self.join(name)
        self.channel_id = self.world.channel(self.group_id)

    def lose(self, count: int) -> None:
        """Metrics never hear of the first posts, views and deeds; of people and groups they do."""
        about_posts = [event for event in self.told if event[0].topic == POSTS]
        lost = {id(event) for event in about_posts[:count]}
        self.told = [event for event in self.told if id(event) not in lost]

    def arrive(self, name: str) -> None:
        if name not in self.active:
            self.active.add(name)
            account = "service" if name in PROGRAMS else "human"
            person = self.who[name].person_id
            self.hear(sample(people.PersonActivated, person=person, account=account), person)

    def join(self, name: str) -> None:
        if name in self.active and name not in self.members:
            self.members.add(name)
            self._membership(groups.MembershipJoined, name)

    def leave(self, name: str) -> None:
        if name in self.members:
            self.members.discard(name)
            self._membership(groups.MembershipLeft, name)

    def _membership(self, kind: Any, name: str) -> None:
        member = self.who[name].person_id
        self.hear(sample(kind, group_id=self.group_id, member=member, role="member"), member)

    def suspend(self, name: str) -> None:
        account = "service" if name in PROGRAMS else "human"
        person = self.who[name].person_id
        if name in self.active:
            self.hear(sample(people.PersonSuspended, person=person, account=account))

    def reinstate(self, name: str) -> None:
        account = "service" if name in PROGRAMS else "human"
        person = self.who[name].person_id
        if name in self.active:
            kind = people.PersonReinstated
            self.hear(sample(kind, person=person, account=account, status="active"))

    def erase(self, name: str) -> None:
        """They are forgotten; a token outlives that, so they may go on doing things."""
        person = self.who[name].person_id
        self.hear(sample(people.PersonErased, person=person, ever_activated=name in self.active))
        self.active.discard(name)
        self.members.discard(name)

    def publish(self, name: str, format_: str) -> None:
        before = len(self.world.events)
        with suppress(Refusal):
            self.posts.append(self.world.post(self.who[name], self.channel_id, format=format_))
        self._tell(before)

    def act(self, name: str, deed: str, number: int) -> None:
        """Somebody does something, with one of the posts where it needs one."""
        who = self.who[name]
        match deed:
            case "arrive" | "join" | "leave" | "suspend" | "reinstate" | "erase":
                getattr(self, deed)(name)
            case "publish":
                self.publish(name, FORMATS[number % len(FORMATS)])
            case "wait":
                self.world.now += timedelta(hours=7 * (number + 1))
            case "all view" | "all react" if self.posts:
                post_id = self.posts[number % len(self.posts)].id
                for person in self.who.values():
                    self.with_post(person, deed.removeprefix("all "), post_id)
            case _ if self.posts:
                self.with_post(who, deed, self.posts[number % len(self.posts)].id)

    def with_post(self, who: Principal, deed: str, post_id: str) -> None:
        match deed:
            case "view":
                self.do(ViewPost(who, post_id))
            case "react":
                self.do(ReactToPost(who, post_id, "like"))
            case "take back":
                self.do(TakeBackReaction(who, post_id))
            case "share":
                self.do(SharePost(principal=who, post_id=post_id))
            case "comment":
                self.comment(who, post_id)
            case "delete comments":
                for comment_id in self._comments(post_id):
                    self.do(DeleteComment(principal=who, comment_id=comment_id))
            case "delete":
                self.do(DeletePost(principal=who, post_id=post_id))

    def comment(self, who: Principal, post_id: str) -> None:
        before = len(self.world.events)
        post = next(found for found in self.posts if found.id == post_id)
        with suppress(Refusal):
            self.world.comment(who, post)
        self._tell(before)

    def _comments(self, post_id: str) -> list[str]:
        return [
            data.comment_id
            for data, _, _ in self.told
            if getattr(data, "post_id", "") == post_id and hasattr(data, "comment_id")
        ]
