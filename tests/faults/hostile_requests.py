"""What one person with an ordinary token asks for who wants to stop or slow the others.

Each kind of request is one that was once seen to do harm, or of the same kind. Nothing here needs a
role, a secret, or more than one account.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from shared.contract.ids import new_id

PERSON = "mallory"


class Request(NamedTuple):
    """What is sent.

    Attributes:
        service: Whose API.
        body: As JSON, unless it is bytes.
    """

    service: str
    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = {}


@dataclass
class Known:
    """What this person knows of the platform.

    Attributes:
        token: Signs tokens for people.
        posts: Ids of posts of others.
        channel: The id of one in which this person may post.
        contest: The id of one that takes entries.
        made: Ids of what this person has made, by the kind of request.
    """

    token: Callable[..., str]
    dice: random.Random
    posts: list[str]
    channel: str
    contest: str
    made: dict[str, list[str]] = field(default_factory=dict)

    def own(self, kind: str) -> str:
        """The id of something that this person has made, or of nothing."""
        return self.dice.choice(self.made.get(kind) or [new_id()])

    def other(self) -> str:
        """A post of somebody else."""
        return self.dice.choice(self.posts)

    def word(self) -> str:
        """A word that nobody has used."""
        return f"w{self.dice.getrandbits(60):x}"


def publish_with_new_topics(one: Known) -> Request:
    topics = [one.word() for _ in range(10)]
    body = {"channel_id": one.channel, "text": one.word(), "topics": topics}
    return Request("posts", "POST", "/v1/posts", body)


def edit_topics(one: Known) -> Request:
    path = f"/v1/posts/{one.own('publish_with_new_topics')}"
    return Request("posts", "PATCH", path, {"topics": [one.word() for _ in range(10)]})


def comment(one: Known) -> Request:
    return Request("posts", "POST", f"/v1/posts/{one.other()}/comments", {"text": one.word()})


def comment_invisibly(one: Known) -> Request:
    text = one.dice.choice(("\u200b", "\u2800", "\u3164", "\u202e" * 50, "\u0000", "\ufe0f"))
    return Request("posts", "POST", f"/v1/posts/{one.other()}/comments", {"text": text})


def delete_a_comment(one: Known) -> Request:
    return Request("posts", "DELETE", f"/v1/comments/{one.own('comment')}")


def share(one: Known) -> Request:
    return Request("posts", "POST", f"/v1/posts/{one.other()}/shares", {})


def react(one: Known) -> Request:
    kind = one.dice.choice(("like", "thanks", "funny"))
    return Request("posts", "PUT", f"/v1/posts/{one.other()}/reaction", {"kind": kind})


def react_no_more(one: Known) -> Request:
    return Request("posts", "DELETE", f"/v1/posts/{one.other()}/reaction")


def view_much(one: Known) -> Request:
    ids = [one.other(), *(new_id() for _ in range(400))]
    return Request("posts", "POST", "/v1/views:batch", {"post_ids": ids})


def found_a_group(one: Known) -> Request:
    visibility = one.dice.choice(("closed", "secret", "open"))
    body = {"kind": "community", "visibility": visibility, "name": one.word()}
    return Request("groups", "POST", "/v1/groups", body)


def join_a_group(one: Known) -> Request:
    method = one.dice.choice(("PUT", "DELETE"))
    return Request("groups", method, f"/v1/groups/{one.own('found_a_group')}/members/me")


def make_a_channel(one: Known) -> Request:
    path = f"/v1/groups/{one.own('found_a_group')}/channels"
    return Request("groups", "POST", path, {"kind": "discussion", "name": one.word()})


def list_all(one: Known) -> Request:
    service, path = one.dice.choice(
        (
            ("posts", "/v1/posts?limit=100"),
            ("posts", "/v1/feed?limit=100"),
            ("posts", f"/v1/posts?topic={one.word()}"),
            ("posts", f"/v1/posts?cursor={one.word()}"),
            ("groups", "/v1/groups?limit=100"),
            ("groups", f"/v1/people?limit=100&q={quote(one.word()[:2])}"),
            ("groups", f"/v1/groups?q={quote('(' * 100)}"),
            ("contests", "/v1/contests?limit=100"),
        )
    )
    return Request(service, "GET", path)


def watch_figures(one: Known) -> Request:
    path = one.dice.choice(("/v1/live", "/v1/kpis", "/v1/stats/formats", "/v1/stats/posts"))
    return Request("metrics", "GET", path)


def submit_an_entry(one: Known) -> Request:
    body = {
        "title": one.word(),
        "media": [{"url": "https://media.example/1.jpg", "alt": "A picture"}],
        "consent": True,
    }
    return Request("contests", "POST", f"/v1/contests/{one.contest}/entries", body)


def withdraw_an_entry(one: Known) -> Request:
    return Request("contests", "DELETE", f"/v1/entries/{one.own('submit_an_entry')}")


def send_nonsense(one: Known) -> Request:
    body = one.dice.choice(
        (
            b"[" * 200_000,
            b'{"text": ' + b"9" * 100_000 + b"}",
            b'{"text": "' + b"\xff" * 1000 + b'"}',
            b'{"text": "\\ud800"}',
            b"\xef\xbb\xbf{}",
            b'{"text": "' + "\u0301".encode() * 4000 + b'"}',
            b'{"text": "' + b"x" * 255_000 + b'"}',
            b"",
        )
    )
    return Request("posts", "POST", f"/v1/posts/{one.other()}/comments", body)


def come_with_a_bad_token(one: Known) -> Request:
    token = one.dice.choice(
        (
            "e30.e30.e30",
            "eyJhbGciOltdLCJ0eXAiOiJKV1QifQ.e30.AAAA",  # {"alg":[],"typ":"JWT"}
            one.token(PERSON, ())[:-4] + "AAAA",
            "x" * 8000,
        )
    )
    return Request("posts", "GET", "/v1/feed", headers={"authorization": f"Bearer {token}"})


def send_odd_headers(one: Known) -> Request:
    name = one.dice.choice(
        ("if-match", "if-none-match", "idempotency-key", "traceparent", "x-forwarded-for", "range")
    )
    letters = "".join(chr(one.dice.randrange(33, 126)) for _ in range(200))
    return Request("posts", "GET", f"/v1/posts/{one.other()}", headers={name: letters})


def ask_for_odd_paths(one: Known) -> Request:
    odd = one.dice.choice(("%00", "..%2f..%2f", "%f0%9f%92%a9", "a" * 4000, new_id().upper()))
    return Request("groups", "GET", f"/v1/people/{odd}")


def rename_oneself(one: Known) -> Request:
    odd = "".join(chr(0x300 + one.dice.randrange(0x70)) for _ in range(100))
    name = one.dice.choice((one.word(), f"M{odd}", "\u0430dmin"))
    return Request("groups", "PATCH", f"/v1/people/{PERSON}", {"name": name})


KINDS: tuple[Callable[[Known], Request], ...] = (
    publish_with_new_topics,
    *[edit_topics] * 4,
    comment,
    comment_invisibly,
    delete_a_comment,
    share,
    react,
    react_no_more,
    view_much,
    found_a_group,
    join_a_group,
    make_a_channel,
    *[list_all] * 3,
    watch_figures,
    submit_an_entry,
    withdraw_an_entry,
    send_nonsense,
    come_with_a_bad_token,
    send_odd_headers,
    ask_for_odd_paths,
    rename_oneself,
)
