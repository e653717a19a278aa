"""An organisation on the posts service's own commands, told to the metrics: any world at all.

A fifth of its accounts are programs; strangers, of whom the platform has never heard, try what
everybody tries; some arrive late, leave, are suspended, are erased and come back as somebody new.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.posts.commands.posts import DeletePost
from services.posts.commands.reactions import ReactToPost, TakeBackReaction
from services.posts.commands.shares import SharePost
from services.posts.commands.views import ViewPost
from shared.contract.errors import Refusal
from shared.contract.events import groups, people
from shared.contract.events.envelope import EventData
from shared.contract.events.responses import CommentAdded
from shared.contract.events.topics import POSTS
from shared.contract.principal import Principal, Standing
from tests.support.identity import person_id_of
from tests.support.in_memory import principal
from tests.unit.posts.world import World
from tooling.sample_events import sample

NAMES = tuple("abcdefghij")
PROGRAMS = frozenset("ij")
STRANGERS = ("y", "z")
ADMIN = principal(person_id_of("admin"), "admin")  # no member of the community
FORMATS = ("text", "photo", "video")
DEEDS = (
    *("arrive", "join", "leave", "suspend", "reinstate", "go", "publish", "publish"),
    *("wait", "erase", "all view", "all view", "all react"),
    *("view", "view", "view", "react", "react", "take back", "share", "comment"),
    *("delete comments", "moderate", "delete"),
)


@dataclass
class Account:
    """Somebody in the community, or a program.

    Attributes:
        name: What the platform calls them; who comes back after an erasure is somebody new.
        human: Not a program.
        standing: Where they stand.
        member: They belong to the group.
    """

    name: str
    human: bool
    standing: Standing = Standing.UNKNOWN
    member: bool = False

    @property
    def who(self) -> Principal:
        """The caller that their token makes."""
        return principal(person_id_of(self.name), standing=self.standing, human=self.human)

    @property
    def kind(self) -> dict[str, Any]:
        return {"person": self.who.person_id, "account": "human" if self.human else "service"}

    @property
    def is_active(self) -> bool:
        return self.standing is Standing.ACTIVE

    @property
    def counted(self) -> bool:
        """Whether they are an active human, as docs/kpis.md defines it."""
        return self.human and self.is_active


class Community:
    """An organisation on the posts service's own commands; all that happens is told to metrics."""

    def __init__(self) -> None:
        self.world = World()
        self.told: list[tuple[EventData, str | None, datetime]] = []
        self.accounts = {name: Account(name, name not in PROGRAMS) for name in (*NAMES, *STRANGERS)}
        self.everybody = list(self.accounts.values())
        self.group_id, self.channel_id = "", ""
        self.open = True
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
        self.group_id, self.open = self.world.new_id(), visibility == "open"
        about: dict[str, Any] = {"group_id": self.group_id, "visibility": visibility}
        self.hear(sample(groups.GroupCreated, **about), self.accounts["a"].who.person_id)
        for name in NAMES[:first]:
            self.join(name)
        self.channel_id = self.world.channel(self.group_id)

    def lose(self, count: int) -> None:
        """Metrics never hear of the first posts, views and deeds; of people and groups they do."""
        about_posts = [event for event in self.told if event[0].topic == POSTS]
        lost = {id(event) for event in about_posts[:count]}
        self.told = [event for event in self.told if id(event) not in lost]

    def arrive(self, name: str) -> None:
        account = self.accounts[name]
        if account.standing is Standing.ERASED:
            again = f"{name}, number {len(self.everybody)}"
            account = self.accounts[name] = Account(again, account.human)
            self.everybody.append(account)
        if account.standing is Standing.UNKNOWN and name not in STRANGERS:
            account.standing = Standing.ACTIVE
            self.hear(sample(people.PersonActivated, **account.kind), account.who.person_id)

    def join(self, name: str) -> None:
        account = self.accounts[name]
        if account.is_active and not account.member:
            account.member = True
            self._membership(groups.MembershipJoined, account, counted=account.counted)

    def leave(self, name: str) -> None:
        account = self.accounts[name]
        if account.member:
            account.member = False
            self._membership(groups.MembershipLeft, account, counted=account.counted)

    def _membership(self, kind: Any, account: Account, *, counted: bool) -> None:
        member = account.who.person_id
        about: dict[str, Any] = {"group_id": self.group_id, "member": member, "role": "member"}
        self.hear(sample(kind, **about, counted=counted), member)

    def suspend(self, name: str) -> None:
        account = self.accounts[name]
        if account.is_active:
            account.standing = Standing.SUSPENDED
            self.hear(sample(people.PersonSuspended, **account.kind, previous="active"))
            if account.member:
                self._membership(groups.MembershipSuspended, account, counted=account.human)

    def go(self, name: str) -> None:
        """They leave the organisation, and may come back; what they did stays counted."""
        account = self.accounts[name]
        if account.standing in {Standing.ACTIVE, Standing.SUSPENDED}:
            counted, before = account.counted, account.standing.value
            account.standing = Standing.LEFT
            said: dict[str, Any] = {"previous": before, "ever_activated": True}
            self.hear(sample(people.PersonLeft, **account.kind, **said))
            if account.member and before == "active":
                self._membership(groups.MembershipSuspended, account, counted=counted)

    def reinstate(self, name: str) -> None:
        account = self.accounts[name]
        if account.standing in {Standing.SUSPENDED, Standing.LEFT}:
            before, account.standing = account.standing.value, Standing.ACTIVE
            said: dict[str, Any] = {"status": "active", "previous": before}
            self.hear(sample(people.PersonReinstated, **account.kind, **said))
            if account.member:
                self._membership(groups.MembershipReinstated, account, counted=account.human)

    def erase(self, name: str) -> None:
        """They are forgotten; a token outlives that, and does nothing any more."""
        account = self.accounts[name]
        if account.standing in {Standing.ACTIVE, Standing.SUSPENDED, Standing.LEFT}:
            self.leave(name)
            said: dict[str, Any] = {"previous": account.standing.value, "ever_activated": True}
            self.hear(sample(people.PersonErased, **account.kind, **said))
            account.standing = Standing.ERASED

    def publish(self, account: Account, format_: str) -> None:
        before = len(self.world.events)
        with suppress(Refusal):
            self.posts.append(self.world.post(account.who, self.channel_id, format=format_))
        self._tell(before)

    def act(self, name: str, deed: str, number: int) -> None:
        """Somebody does something, with one of the posts where it needs one."""
        match deed:
            case "arrive" | "join" | "leave" | "suspend" | "reinstate" | "go" | "erase":
                getattr(self, deed)(name)
            case "publish":
                self.publish(self.accounts[name], FORMATS[number % len(FORMATS)])
            case "wait":
                self.world.now += timedelta(hours=7 * (number + 1))
            case "all view" | "all react" if self.posts:
                post_id = self.posts[number % len(self.posts)].id
                for account in self.accounts.values():
                    self.with_post(account, deed.removeprefix("all "), post_id)
            case _ if self.posts:
                post_id = self.posts[number % len(self.posts)].id
                self.with_post(self.accounts[name], deed, post_id)

    def with_post(self, account: Account, deed: str, post_id: str) -> None:
        who = account.who
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
                self.comment(account, post_id)
            case "delete comments":
                self.delete_comments(who, post_id)
            case "moderate":
                self.delete_comments(ADMIN, post_id)
            case "delete":
                self.do(DeletePost(principal=who, post_id=post_id))

    def comment(self, account: Account, post_id: str) -> None:
        before = len(self.world.events)
        post = next(found for found in self.posts if found.id == post_id)
        with suppress(Refusal):
            self.world.comment(account.who, post)
        self._tell(before)

    def delete_comments(self, who: Principal, post_id: str) -> None:
        told = [data for data, _, _ in self.told if isinstance(data, CommentAdded)]
        for data in told:
            if data.post_id == post_id:
                self.do(self.world.deletion(who, data.comment_id))
