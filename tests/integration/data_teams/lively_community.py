"""Ninety days of an organisation with several groups: all that KPIs tell apart, by dice.

Posts, comments and reactions are those of the posts service's own commands; accounts, groups and
contests are told as their services tell them. Nothing that a query counts is counted here.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from services.posts.commands.cleanup import RemovePost
from services.posts.commands.posts import DeletePost, EditPost
from services.posts.commands.reactions import (
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.commands.shares import SharePost
from services.posts.domain.audience import Group
from services.posts.domain.post import PostContent
from shared.contract.aliases import Aliases
from shared.contract.errors import Refusal
from shared.contract.events import ballots, contests, groups, people
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import AboutPost, PostHidden, PostPublished, PostRestored
from shared.contract.events.responses import CommentAdded, ReactionAdded
from shared.contract.events.traces import TraceAliases
from shared.contract.events.vocabulary import ReactionKind
from shared.contract.media import Media
from shared.contract.principal import Principal, Standing
from shared.delivery.command import Occurred
from tests.integration.metrics.any_community import ADMIN, Account, Community
from tests.support.metrics import SOURCES, value
from tooling.sample_events import sample

HUMANS, PROGRAMS = 34, 5
GROUPS = (
    *(("open", "community"), ("open", "working_group"), ("closed", "community")),
    *(("secret", "pilot"), ("open", "community"), ("closed", "working_group")),
)
FORMATS = ("text", "text", "photo", "photo", "video", "link", "audio")
TOPICS = ("running", "canteen", "remote-work", "sustainability", "music", "räder")
# How often of a hundred; what is left over is nothing. Readers are by far the most.
DEEDS = {
    "view": 20,
    "react": 14,
    "comment": 12,
    "publish": 8,
    "share": 3,
    "react to comment": 6,
    "take back": 5,
    "take back from comment": 2,
    "delete comment": 6,
    "moderate": 2,
    "edit": 3,
    "delete": 1,
    "enter": 2,
    "look at entry": 2,
    "vote": 2,
    "join": 2,
    "leave one": 1,
    "suspend": 1,
    "reinstate": 3,
    "go": 1,
    "arrive": 1,
    "move": 2,
}
# A small one can be told from the others, and hides the next larger one with it.
DEPARTMENTS = (*("sales",) * 10, *("production",) * 9, *("it",) * 6, *(None,) * 6, *("legal",) * 2)
CONTENT = PostContent(
    title="Look", text="https://mitmach.example/", media=[Media(url="https://mitmach.example/1")]
)
SPARE = 8  # people who aren't there at first


class LivelyCommunity(Community):
    """An organisation whose people do all that KPIs tell apart.

    Args:
        seed: Another seed is another history.
        deeds: How many times somebody tries something.
        days: Over how many days.
    """

    def __init__(self, seed: int, *, deeds: int = 1200, days: int = 88) -> None:
        super().__init__()
        self.dice = random.Random(seed)
        names = [f"human {number}" for number in range(HUMANS)]
        names += [f"program {number}" for number in range(PROGRAMS)]
        self.accounts = {name: Account(name, name.startswith("human")) for name in names}
        self.everybody = list(self.accounts.values())
        self.log: list[tuple[Occurred, datetime]] = []
        self.groups: dict[str, tuple[str, str]] = {}
        self.channels: dict[str, str] = {}
        self.belong: dict[str, set[str]] = {}
        self.departments: dict[str, str | None] = {}
        self._found_groups()
        self._live(deeds, timedelta(days=days) / deeds)

    # --- what is told

    def hear(self, data: EventData, actor: str | None = None) -> None:
        """Something that another service tells."""
        if isinstance(data, people.AboutAccount):
            number = len(self.departments)
            self.departments.setdefault(data.person, DEPARTMENTS[number % len(DEPARTMENTS)])
            data = structs.replace(data, department=self.departments[data.person])
        self.world.hear(data)
        self.log.append((Occurred(data, actor), self.world.now))

    def _tell(self, before: int) -> None:
        self.log += [(event, self.world.now) for event in self.world.events[before:]]

    def lines(self, aliases: Aliases) -> Iterator[tuple[str, bytes]]:
        """Topic and line of each event, as relays publish it."""
        disclosure = Disclosure(aliases, TraceAliases(b"a key for tests only"))
        sequences = dict.fromkeys(SOURCES.values(), 0)
        for happened, at in self.log:
            data, actor = disclosure.publishable(*happened)
            service = SOURCES[data.topic.split(".")[1]]
            sequences[service] += 1
            yield data.topic, value(data, actor=actor, at=at, sequence=sequences[service])

    # --- groups

    def _found_groups(self) -> None:
        for account in self.everybody[: HUMANS - SPARE] + self.everybody[HUMANS:]:
            self.arrive(account.name)
        for visibility, kind in GROUPS:
            group_id = self.world.new_id()
            self.groups[group_id], self.belong[group_id] = (visibility, kind), set()
            self._about_group(groups.GroupCreated, group_id)
            self.channels[group_id] = self.world.channel(group_id)
        for name in self.accounts:
            for group_id in self.dice.sample(list(self.groups), 4):
                self.join_group(name, group_id)

    def _about_group(self, kind: Any, group_id: str, **said: Any) -> None:
        visibility, group_kind = self.groups[group_id]
        about: dict[str, Any] = {"group_id": group_id, "visibility": visibility}
        about["group_kind"] = group_kind
        self.hear(sample(kind, **about, **said))

    def join_group(self, name: str, group_id: str) -> None:
        """They belong to a group from now on."""
        account = self.accounts[name]
        if account.is_active and name not in self.belong[group_id]:
            self.belong[group_id].add(name)
            account.member = True
            self._one_membership(groups.MembershipJoined, account, group_id, account.counted)

    def leave_group(self, name: str, group_id: str) -> None:
        """They don't belong to it any more; sometimes somebody removed them."""
        account = self.accounts[name]
        if name in self.belong[group_id]:
            self.belong[group_id].discard(name)
            gone = self.dice.choice([groups.MembershipLeft, groups.MembershipRemoved])
            self._one_membership(gone, account, group_id, account.counted)

    def leave(self, name: str) -> None:
        """They leave all groups, as they are erased."""
        for group_id in self.belong:
            self.leave_group(name, group_id)
        self.accounts[name].member = False

    def _membership(self, kind: Any, account: Account, *, counted: bool) -> None:
        (name,) = (name for name, found in self.accounts.items() if found is account)
        for group_id, members in self.belong.items():
            if name in members:
                self._one_membership(kind, account, group_id, counted)

    def _one_membership(self, kind: Any, account: Account, group_id: str, counted: bool) -> None:
        said = {"member": account.who.person_id, "role": "member", "counted": counted}
        self._about_group(kind, group_id, **said)

    def _move(self, account: Account) -> None:
        """They are in another department from now on, or in none, perhaps again on the same day."""
        if account.standing is Standing.UNKNOWN:
            return
        person = account.who.person_id
        for _ in range(self.dice.choice((1, 1, 1, 2, 3))):
            before = self.departments[person]
            self.departments[person] = self.dice.choice(DEPARTMENTS)
            moved = sample(people.PersonChanged, **account.kind)
            self.hear(structs.replace(moved, previous_department=before))

    # --- lives

    def _live(self, deeds: int, pace: timedelta) -> None:
        turns: dict[int, Callable[[], None]] = {
            deeds * 2 // 10: self._invite,
            deeds * 3 // 10: lambda: self._erase("human 3"),
            deeds * 4 // 10: lambda: self._close(1),
            deeds * 5 // 10: lambda: self._archive(4),
            deeds * 55 // 100: lambda: self._archive(2),
            deeds * 6 // 10: lambda: self._erase("program 1"),
            deeds * 65 // 100: lambda: self._about_group(groups.GroupRestored, self._group(2)),
            deeds * 7 // 10: lambda: self._delete_group(5),
            deeds * 8 // 10: lambda: self._open(1),
            deeds * 85 // 100: self._hide,
            deeds * 885 // 1000: self._pass_by,
            deeds * 9 // 10: self._flood,
            deeds * 95 // 100: self._found_tiny_group,
            deeds * 93 // 100: lambda: self._archive(3),
        }
        for number in range(deeds):
            self.world.now += pace * self.dice.uniform(0.2, 1.8)
            if number in turns:
                turns[number]()
            # Some come every day and some hardly ever.
            at = min(int(self.dice.expovariate(0.09)), len(self.accounts) - 1)
            name = self.dice.choice(list(self.accounts)) if at % 4 == 0 else list(self.accounts)[at]
            (deed,) = self.dice.choices(list(DEEDS), list(DEEDS.values()))
            self._do(name, deed)

    def _invite(self) -> None:
        """Accounts that nobody uses: invited, and some of them suspended and reinstated."""
        for number in range(6):
            account = Account(f"invited {number}", number != 5)
            self.hear(sample(people.PersonInvited, **account.kind))
            if number % 2:
                self.hear(sample(people.PersonSuspended, **account.kind, previous="invited"))
                said: dict[str, Any] = {"status": "invited", "previous": "suspended"}
                self.hear(sample(people.PersonReinstated, **account.kind, **said))

        for number, kind in ((0, people.PersonLeft), (2, people.PersonErased)):
            account = Account(f"invited {number}", human=True)
            said = {"previous": "invited", "ever_activated": False}
            self.hear(sample(kind, **account.kind, **said))

    def _hide(self) -> None:
        """Posts are hidden, as some day they will be, and one of them is restored."""
        published = [event for event, _ in self.log if isinstance(event.data, PostPublished)][-5:]
        for number, event in enumerate(published):
            told = {name: getattr(event.data, name) for name in AboutPost.__struct_fields__}
            for kind in (PostHidden, PostRestored)[: 1 + number % 2]:
                data = structs.replace(sample(kind, optional=False), **told)
                self.log.append((event._replace(data=data), self.world.now))

    def _pass_by(self) -> None:
        """Some come, look around, do nothing else, and may not come again."""
        for name in ("guest 1", "guest 2"):
            self.accounts[name] = Account(name, human=True)
            self.everybody.append(self.accounts[name])
            self.arrive(name)
            for post in self.posts[-12:]:
                self.with_post(self.accounts[name], "view", post.id)
            self.world.now += timedelta(hours=1)
            self.suspend(name)
            del self.accounts[name]

    def _found_tiny_group(self) -> None:
        """A format that is posted for one person alone, and seen by many."""
        active = [found for found in self.accounts.values() if found.counted][:10]
        group_id = self.world.new_id()
        self.groups[group_id], self.belong[group_id] = ("open", "community"), set()
        self._about_group(groups.GroupCreated, group_id)
        self.channels[group_id] = self.world.channel(group_id)
        for account in active[:2]:
            self.join_group(account.name, group_id)
        self._publish_in(active[0], group_id, (), format="document")
        for account in active[2:]:
            self.with_post(account, "view", self.posts[-1].id)

    def _flood(self) -> None:
        """One person makes up more topics on a day than are told apart; another has two of them."""
        self.world.now = self.world.now.replace(hour=9) + timedelta(days=1)
        one, other = [found for found in self.everybody[:20] if found.counted][:2]
        for name in (one.name, other.name):
            self.join_group(name, self._group(0))
        for number in range(70, 0, -10):
            tags = tuple(f"flood-{topic:02d}" for topic in range(number, number + 10))
            self._publish_in(one, self._group(0), tags)
        self._publish_in(other, self._group(0), ("flood-03", "flood-30"))

    def _publish_in(
        self, account: Account, group_id: str, tags: tuple[str, ...], format: str = ""
    ) -> None:
        before = len(self.world.events)
        with suppress(Refusal):
            chosen = format or self.dice.choice(FORMATS)
            told = {"format": chosen, "tags": tags, "content": CONTENT}
            self.posts.append(self.world.post(account.who, self.channels[group_id], **told))
        self._tell(before)

    def _erase(self, name: str) -> None:
        """They are forgotten, and what they wrote is deleted."""
        account = self.accounts[name]
        self.erase(name)
        for post in self.posts:
            if post.author == account.who.person_id:
                self.do(DeletePost(principal=ADMIN, post_id=post.id))
        for comment_id, author in self._comments():
            if author == account.who.person_id:
                self.do(self.world.deletion(ADMIN, comment_id))
        self.accounts[name] = Account(f"{name}, anew", account.human)
        self.everybody.append(self.accounts[name])

    def _group(self, place: int) -> str:
        return list(self.groups)[place]

    def _close(self, place: int) -> None:
        group_id = self._group(place)
        self.groups[group_id] = ("closed", self.groups[group_id][1])
        self._about_group(groups.GroupChanged, group_id)

    def _open(self, place: int) -> None:
        group_id = self._group(place)
        self.groups[group_id] = ("open", self.groups[group_id][1])
        self._about_group(groups.GroupChanged, group_id)

    def _archive(self, place: int) -> None:
        self._about_group(groups.GroupArchived, self._group(place))

    def _delete_group(self, place: int) -> None:
        group_id = self._group(place)
        self._about_group(groups.GroupDeleted, group_id)
        for post in self.posts:
            if post.group_id == group_id:
                self.do(RemovePost(post.id))

    def _comments(self, post_id: str | None = None) -> list[tuple[str, str]]:
        told = (event.data for event, _ in self.log)
        return [
            (data.comment_id, data.comment_author)
            for data in told
            if isinstance(data, CommentAdded) and post_id in {None, data.post_id}
        ]

    def _recent_post(self) -> Any:
        """Mostly one of the latest, as in a feed."""
        back = min(int(self.dice.expovariate(0.25)), len(self.posts) - 1)
        return self.posts[-1 - back]

    def _do(self, name: str, deed: str) -> None:
        account, dice = self.accounts[name], self.dice
        match deed:
            case "arrive" | "suspend" | "reinstate" | "go":
                chosen = self._somebody(deed) or name
                getattr(self, deed)(chosen)
                if deed == "arrive":
                    self.join_group(chosen, dice.choice(list(self.groups)))
            case "move":
                self._move(account)
            case "join":
                self.join_group(name, dice.choice(list(self.groups)))
            case "leave one":
                self.leave_group(name, dice.choice(list(self.groups)))
            case "publish":
                self._publish(account)
            case "enter" | "look at entry" | "vote":
                self._in_contest(account, deed)
            case _ if self.posts:
                self._with_recent(account, deed)

    def _somebody(self, deed: str) -> str | None:
        """Whom this can happen to."""
        before = {
            "arrive": {Standing.UNKNOWN},
            "reinstate": {Standing.SUSPENDED, Standing.LEFT},
        }.get(deed, {Standing.ACTIVE})
        names = [name for name, found in self.accounts.items() if found.standing in before]
        return self.dice.choice(names) if names else None

    def _publish(self, account: Account) -> None:
        homes = [group_id for group_id, members in self.belong.items() if account.name in members]
        if not homes:
            return
        topics = self.dice.sample(TOPICS, self.dice.choice((0, 1, 1, 2, 3)))
        if self.dice.random() < 0.2:
            topics.append(f"fad-{self.dice.randint(1, 9)}")
        self._publish_in(account, self.dice.choice(homes), tuple(sorted(topics)))
        # A feed shows a new post to many at once.
        if self.dice.random() < 0.7:
            for name in self.dice.sample(list(self.accounts), self.dice.choice((2, 6, 18, 30))):
                self.world.now += timedelta(seconds=self.dice.randint(1, 500))
                self.with_post(self.accounts[name], "view", self.posts[-1].id)

    def _with_recent(self, account: Account, deed: str) -> None:
        post = self._recent_post()
        comments = self._comments(post.id)
        if ("comment" in deed and deed != "comment") or deed == "moderate":
            if comments:
                self._with_comment(account, deed, post, *self.dice.choice(comments))
        elif deed == "comment":
            reply = bool(comments) and self.dice.random() < 0.3
            self._comment(account, post, self.dice.choice(comments)[0] if reply else None)
        else:
            self._with_post(account, deed, post)

    def _with_post(self, account: Account, deed: str, post: Any) -> None:
        who, dice = account.who, self.dice
        match deed:
            case "react":
                self.do(ReactToPost(who, post.id, dice.choice(("like", "thanks", "funny"))))
            case "take back":
                self.do(TakeBackReaction(dice.choice(self._reactors(post.id)), post.id))
            case "share":
                self.do(SharePost(principal=who, post_id=post.id))
            case "edit":
                tags = tuple(sorted(dice.sample(TOPICS, dice.randint(0, 2))))
                author, text = self._who_is(post.author), str(dice.random())
                self.do(EditPost(principal=author, post_id=post.id, tags=tags, text=text))
            case "delete" if dice.random() < 0.5:
                self.do(DeletePost(principal=ADMIN, post_id=post.id))
            case "view":
                self.with_post(account, deed, post.id)

    def _with_comment(
        self, account: Account, deed: str, post: Any, comment_id: str, author: str
    ) -> None:
        match deed:
            case "react to comment":
                kind: ReactionKind = self.dice.choice(("like", "support"))
                self.do(ReactToComment(account.who, comment_id, kind))
            case "take back from comment":
                for reactor in self._reactors(post.id):
                    self.do(TakeBackCommentReaction(reactor, comment_id))
            case "delete comment":
                self.do(self.world.deletion(self._who_is(author), comment_id))
            case "moderate":
                self.do(self.world.deletion(ADMIN, comment_id))

    def _who_is(self, person_id: str) -> Principal:
        return next(found.who for found in self.everybody if found.who.person_id == person_id)

    def _reactors(self, post_id: str) -> list[Principal]:
        """Who has reacted to a post or to a comment on it, and somebody who may not have."""
        found = {
            event.actor
            for event, _ in self.log
            if isinstance(event.data, ReactionAdded) and event.data.post_id == post_id
        }
        return [other.who for other in self.everybody if other.who.person_id in found] or [
            self.everybody[0].who
        ]

    def _comment(self, account: Account, post: Any, parent_id: str | None) -> None:
        before = len(self.world.events)
        with suppress(Refusal):
            self.world.comment(account.who, post, parent_id)
        self._tell(before)

    def _in_contest(self, account: Account, deed: str) -> None:
        """Somebody enters a contest, looks at an entry, or votes; programs only look."""
        if not account.is_active or (not account.human and deed != "look at entry"):
            return
        who, group_id = account.who.person_id, self._group(self.dice.choice((0, 2)))
        about: dict[str, Any] = {"contest_id": self._contest(group_id), "group_id": group_id}
        about |= {"human": account.human}
        kinds: dict[str, type[EventData]] = {
            "enter": contests.EntrySubmitted,
            "look at entry": contests.EntryViewed,
            "vote": self.dice.choice((ballots.BallotCast, ballots.BallotChanged)),
        }
        if deed == "enter":
            about |= {"entry_id": self.world.new_id(), "entrant": who}
        elif deed == "look at entry":
            about |= {"entrant": self.dice.choice(self.everybody).who.person_id}
        scope = self.world.find(Group, group_id).scope
        self.log.append((Occurred(sample(kinds[deed], **about), who, scope), self.world.now))

    def _contest(self, group_id: str) -> str:
        return f"{group_id[:-12]}{int(group_id[-12:], 16) ^ 1:012x}"
