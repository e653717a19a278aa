"""docs/privacy.md: each sentence has its test, and what it lists is all that there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import services.contests.store
import services.groups.store
import services.metrics.store.documents
import services.posts.store
from services.metrics.instruments import BusinessFigures
from services.metrics.store.generations import GENERATIONS
from shared.contract.events.topics import (
    BALLOTS,
    CONTESTS,
    FOREVER,
    GROUPS,
    LOGINS,
    PEOPLE,
    POSTS,
    TOPICS,
)
from shared.runtime.assembly import SHARED_COLLECTIONS
from shared.runtime.telemetry import Metrics

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
DAY = 24 * 60 * 60 * 1000

OWN = {
    "groups": services.groups.store.COLLECTIONS,
    "posts": services.posts.store.COLLECTIONS,
    "contests": services.contests.store.COLLECTIONS,
    "metrics": {**services.metrics.store.documents.COLLECTIONS, GENERATIONS: ()},
}

# Words that would make a series a person's.
ABOUT_PEOPLE = {"person", "actor", "author", "member", "user", "voter", "entrant", "name"}


def tables(heading: str) -> Iterator[list[str]]:
    """The rows of all tables that have this heading, by cells."""
    inside = False
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith(heading):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not set(line) <= set("|- "):
            yield cells


def test_each_sentence_names_the_test_that_shows_it() -> None:
    rows = list(tables("| What holds | Shown by |"))
    assert len(rows) > 20
    for sentence, shown in rows:
        assert sentence.endswith(".")
        assert re.fullmatch(r"`tests/\S+::test_\w+`(, `tests/\S+::test_\w+`)*", shown), sentence


def test_every_collection_is_on_the_list_and_every_listed_one_exists() -> None:
    told = {
        (service, collection)
        for services_told, collections, _ in tables("| Service | Collection |")
        for service in services_told.split(", ")
        for collection in re.findall(r"`(\w+)`", collections)
    }
    there = {("all", name) for name in SHARED_COLLECTIONS}
    there |= {(service, name) for service, names in OWN.items() for name in names}
    assert told == there


def test_topics_are_kept_as_long_as_it_says() -> None:
    kept = {name: plan.retention_ms for name, plan in TOPICS.items()}
    assert {kept[PEOPLE], kept[GROUPS]} == {FOREVER}
    assert {kept[POSTS], kept[CONTESTS]} == {400 * DAY}
    assert (kept[BALLOTS], kept[LOGINS]) == (90 * DAY, 7 * DAY)
    assert {name for name, plan in TOPICS.items() if plan.data_teams} <= {
        POSTS,
        CONTESTS,
        "mitmach.insights.v1",
    }


def test_no_label_of_a_metric_names_a_person() -> None:
    labels = {
        label
        for family in (*vars(Metrics()).values(), *BusinessFigures().families())
        for label in getattr(family, "_labelnames", ())
    }
    assert labels
    assert labels.isdisjoint(ABOUT_PEOPLE)
