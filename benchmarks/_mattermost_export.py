"""A large export in Mattermost's shape, of any number of acts from a seed, with what is in it.

Threads come in no order of time, as in real exports. It is written line by line: the memory holds
the people and channels, and nothing of what they write.

    python -m benchmarks._mattermost_export FILE --acts 1000000
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec

TEAM = "organisation"
UNTIL = datetime(2024, 1, 8, tzinfo=UTC)
LONG = timedelta(days=5 * 365)
"""How far the threads reach back."""

_MINUTE = 60_000
_MILLISECOND = timedelta(milliseconds=1)
_TEXT = (
    "the plan for next week is nearly ready who can look at it before noon we moved the meeting "
    "thanks that helped a lot does anybody know where the keys of the small van are new recipe in "
    "the kitchen tomorrow please sign up until friday the printer on the second floor works again "
    "good news from the branch in the south our numbers are better than last year"
)
_WORDS = _TEXT.split()
_EMOJI = (
    "+1",
    "tada",
    "heart",
    "bulb",
    "pray",
    "joy",
    "hugging_face",
    "clap",
    "+1_medium_skin_tone",
)

_encode = msgspec.json.Encoder().encode


def write_large_export(
    file: Path,
    *,
    acts: int,
    seed: int = 1,
    people: int = 2_000,
    channels: int = 120,
    until: datetime = UNTIL,
) -> Counter[str]:
    """Writes an export, and says how many acts of each kind the source tells of it.

    Args:
        file: Where to.
        acts: How many acts there are at least; the last thread may go beyond.
        seed: Another seed is another organisation.
        people: How many people there are; they come before anything else is counted.
        channels: How many channels there are.
        until: When the last thread has begun; what is written in it comes some hours later.
    """
    dice = random.Random(seed)
    organisation = _Organisation(dice, people=people, channels=channels, until=until)
    counts: Counter[str] = organisation.counts()
    with file.open("wb") as opened:
        for line in organisation.lines():
            opened.write(_encode(line) + b"\n")
        while counts.total() < acts:
            thread, told = organisation.thread()
            counts += told
            opened.write(_encode({"type": "post", "post": thread}) + b"\n")
        opened.write(_encode({"type": "direct_post", "direct_post": {"message": "-"}}) + b"\n")
    return counts


class _Organisation:
    """People, and the channels that each of them is in; some say much, most say little."""

    def __init__(self, dice: random.Random, *, people: int, channels: int, until: datetime) -> None:
        self._dice = dice
        self._until = until
        self._people = [f"person.{number}" for number in range(people)]
        self._members: list[list[str]] = [[] for _ in range(channels)]
        # Everybody is in the first; of the others, the later ones are the smaller.
        for number, members in enumerate(self._members):
            size = max(3, people // (number + 1))
            members.extend(self._people if not number else dice.sample(self._people, size))
        self._liveliness = list(accumulate(1 / (number + 1) for number in range(channels)))
        self._talkative = [
            list(accumulate(1 / (place + 1) for place in range(len(members))))
            for members in self._members
        ]

    def counts(self) -> Counter[str]:
        channels = len(self._members)
        pairs = sum(map(len, self._members))
        return Counter(
            person=len(self._people), group=channels, channel=channels, join=pairs - channels
        )

    def lines(self) -> Iterator[dict[str, Any]]:
        exported = (self._until + timedelta(days=2)).isoformat()
        yield {"type": "version", "version": 1, "info": {"created": exported}}
        team = {"name": TEAM, "display_name": "The organisation", "type": "O"}
        yield {"type": "team", "team": team}
        channels: dict[str, list[dict[str, str]]] = {person: [] for person in self._people}
        for number, members in enumerate(self._members):
            name = f"channel-{number}"
            shape = {"team": TEAM, "name": name, "display_name": f"Channel {number}"}
            yield {"type": "channel", "channel": {**shape, "type": "P" if number % 5 == 4 else "O"}}
            for place, person in enumerate(members):
                roles = "channel_user" if place else "channel_admin channel_user"
                channels[person].append({"name": name, "roles": roles})
        for person, their in channels.items():
            user = {
                "username": person,
                "email": f"{person}@example.org",
                "auth_service": "openid",
                "auth_data": f"subject-{person}",
                "first_name": "Person",
                "last_name": person.partition(".")[2],
                "roles": "system_user",
                "delete_at": 0,
                "teams": [{"name": TEAM, "roles": "team_user", "channels": their}],
            }
            yield {"type": "user", "user": user}

    def thread(self) -> tuple[dict[str, Any], Counter[str]]:
        dice = self._dice
        number = dice.choices(range(len(self._members)), cum_weights=self._liveliness)[0]
        end = int(self._until.timestamp() * 1000)
        at = dice.randrange(end - LONG // _MILLISECOND, end)
        counts = Counter(post=1)
        post = self._written(number, at, counts)
        replies, later = [], at
        while dice.random() < 0.45:
            later += dice.randrange(1, 90 * _MINUTE)
            replies.append(self._written(number, later, counts))
        counts["comment"] += len(replies)
        post |= {"team": TEAM, "channel": f"channel-{number}", "replies": replies, "props": {}}
        return post, counts

    def _written(self, channel: int, at: int, counts: Counter[str]) -> dict[str, Any]:
        dice = self._dice
        people: set[str] = set()
        while dice.random() < 0.5:
            people.add(self._somebody(channel))
        reactions = [
            {
                "user": person,
                "emoji_name": dice.choice(_EMOJI),
                "create_at": at + dice.randrange(1, 600 * _MINUTE),
            }
            for person in sorted(people)
        ]
        counts["reaction"] += len(reactions)
        edited = dice.random() < 0.03
        counts["edit"] += edited
        return {
            "user": self._somebody(channel),
            "type": "",
            "message": " ".join(dice.choices(_WORDS, k=dice.randrange(4, 40))),
            "create_at": at,
            "edit_at": at + dice.randrange(1, 30 * _MINUTE) if edited else 0,
            "reactions": reactions,
        }

    def _somebody(self, channel: int) -> str:
        members = self._members[channel]
        return self._dice.choices(members, cum_weights=self._talkative[channel])[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--acts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    counts = write_large_export(asked.file, acts=asked.acts, seed=asked.seed)
    print("\n".join(f"{kind} {count}" for kind, count in sorted(counts.items())))


if __name__ == "__main__":
    main()
