"""The queries of docs/import/ print the neutral format, and what they print is taken.

Discourse's runs on a real PostgreSQL. There is no MySQL on a developer's machine: HumHub's runs on
SQLite, which takes the same statement with the two functions of MySQL's that it lacks. That shows
that the joins are right and the lines valid, and nothing about MySQL's dialect.
"""

import asyncio
import shutil
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mitmach.importing import acts
from mitmach.importing.causes import kind_of
from mitmach.importing.report import Report
from tests.unit.mitmach.importing.exports import imported, written
from tooling.servers.not_available import NotAvailable
from tooling.servers.postgresql import running_postgresql

QUERIES = Path(__file__).parents[4] / "docs" / "import"

# The columns that the query reads, of Discourse's own types.
DISCOURSE = """
CREATE TABLE users (id integer, username text, name text, created_at timestamp,
    suspended_at timestamp, suspended_till timestamp);
CREATE TABLE user_emails (user_id integer, email text, "primary" boolean);
CREATE TABLE single_sign_on_records (user_id integer, external_id text);
CREATE TABLE categories (id integer, name text, user_id integer, created_at timestamp,
    read_restricted boolean);
CREATE TABLE topics (id integer, title text, category_id integer, user_id integer, archetype text,
    created_at timestamp, deleted_at timestamp);
CREATE TABLE posts (id integer, user_id integer, topic_id integer, post_number integer, raw text,
    created_at timestamp, reply_to_post_number integer, deleted_at timestamp, post_type integer,
    hidden boolean);
CREATE TABLE post_actions (post_id integer, user_id integer, post_action_type_id integer,
    created_at timestamp, deleted_at timestamp);
CREATE TABLE topic_views (topic_id integer, viewed_at date, user_id integer);
CREATE TABLE tags (id integer, name text);
CREATE TABLE topic_tags (topic_id integer, tag_id integer);

INSERT INTO users VALUES (-1, 'system', 'system', '2020-01-01', NULL, NULL),
    (1, 'ada', 'Ada', '2020-01-02', NULL, NULL), (2, 'ben', '', '2023-01-01', NULL, NULL),
    (3, 'cem', NULL, '2020-01-04', '2021-05-01', '2999-01-01');
INSERT INTO user_emails VALUES (1, 'ada@example.org', true), (1, 'old@example.org', false);
INSERT INTO single_sign_on_records VALUES (1, 'subject-ada');
INSERT INTO categories VALUES (5, 'Soup', -1, '2020-01-01', false),
    (6, 'Office', 1, '2020-01-01', true), (7, 'Empty', 1, '2020-01-01', false);
INSERT INTO topics VALUES (10, 'Recipes', 5, 1, 'regular', '2021-01-01', NULL),
    (11, 'Keys', 6, 1, 'regular', '2021-01-02', NULL),
    (12, 'Gone', 5, 1, 'regular', '2021-01-03', '2021-01-04'),
    (13, 'Psst', NULL, 1, 'private_message', '2021-01-03', NULL);
INSERT INTO posts VALUES
    (100, 1, 10, 1, E'Soup?\\nWith \\\\ and "', '2021-01-01 10:00:00.5', NULL, NULL, 1, false),
    (101, 2, 10, 2, 'Yes', '2021-01-01 11:00', NULL, NULL, 1, false),
    (102, 3, 10, 3, 'To Ben', '2021-01-01 12:00', 2, NULL, 1, false),
    (103, 1, 10, 4, 'To Cem', '2021-01-01 13:00', 3, NULL, 1, false),
    (104, 1, 10, 5, 'To the topic', '2021-01-01 14:00', 1, NULL, 1, false),
    (105, 1, 10, 6, 'closed it', '2021-01-01 14:00', NULL, NULL, 3, false),
    (106, 1, 10, 7, 'hidden', '2021-01-01 14:00', NULL, NULL, 1, true),
    (107, 1, 10, 8, 'deleted', '2021-01-01 14:00', NULL, '2021-02-01', 1, false),
    (110, 1, 11, 1, 'Where?', '2021-01-02', NULL, NULL, 1, false),
    (120, 1, 12, 1, 'Gone', '2021-01-03', NULL, NULL, 1, false),
    (130, 1, 13, 1, 'Secret', '2021-01-03', NULL, NULL, 1, false);
INSERT INTO post_actions VALUES (100, 2, 2, '2021-01-01 11:00', NULL),
    (101, 1, 2, '2021-01-01 12:00', NULL), (100, 3, 2, '2021-01-01', '2021-01-02'),
    (100, 3, 3, '2021-01-01', NULL), (130, 2, 2, '2021-01-03', NULL);
INSERT INTO topic_views VALUES (10, '2021-01-01', 2), (10, '2021-01-05', NULL),
    (11, '2021-01-03', 3), (13, '2021-01-03', 2);
INSERT INTO tags VALUES (1, 'soup'), (2, 'hot');
INSERT INTO topic_tags VALUES (10, 1), (10, 2);
"""

HUMHUB = r"""
CREATE TABLE user (id INTEGER, username TEXT, email TEXT, status INTEGER, created_at TEXT,
    updated_at TEXT);
CREATE TABLE profile (user_id INTEGER, firstname TEXT, lastname TEXT);
CREATE TABLE space (id INTEGER, name TEXT, description TEXT, visibility INTEGER,
    join_policy INTEGER, status INTEGER, created_at TEXT, created_by INTEGER,
    contentcontainer_id INTEGER);
CREATE TABLE space_membership (space_id INTEGER, user_id INTEGER, status INTEGER, group_id TEXT,
    created_at TEXT);
CREATE TABLE content (id INTEGER, object_model TEXT, object_id INTEGER, state INTEGER,
    created_at TEXT, created_by INTEGER, contentcontainer_id INTEGER);
CREATE TABLE post (id INTEGER, message TEXT);
CREATE TABLE comment (id INTEGER, object_model TEXT, object_id INTEGER, message TEXT,
    created_at TEXT, created_by INTEGER);
CREATE TABLE `like` (id INTEGER, object_model TEXT, object_id INTEGER, created_at TEXT,
    created_by INTEGER);

INSERT INTO user VALUES (1, 'ada', 'ada@example.org', 1, '2020-01-01 00:00:00', NULL),
    (2, 'ben', '', 1, '2023-01-01 00:00:00', NULL),
    (3, 'cem', NULL, 0, '2020-01-01 00:00:00', '2022-01-01 00:00:00');
INSERT INTO profile VALUES (1, 'Ada', 'Example'), (2, NULL, NULL);
INSERT INTO space VALUES (5, 'Soup', 'Hot', 1, 2, 1, '2021-01-01 00:00:00', 1, 50),
    (6, 'Office', NULL, 0, 0, 1, '2021-01-01 00:00:00', 1, 60);
INSERT INTO space_membership VALUES (5, 1, 3, 'admin', NULL), (5, 2, 3, 'moderator', NULL),
    (6, 3, 3, 'member', '2021-02-01 00:00:00'), (6, 2, 1, 'member', '2021-02-01 00:00:00');
INSERT INTO post VALUES (10, 'Soup?' || char(10) || 'With \ and "'), (11, 'A draft'),
    (12, 'On a profile');
INSERT INTO content VALUES
    (1, 'humhub\modules\post\models\Post', 10, 1, '2021-01-02 00:00:00', 1, 50),
    (2, 'humhub\modules\post\models\Post', 11, 10, '2021-01-02 00:00:00', 1, 50),
    (3, 'humhub\modules\post\models\Post', 12, 1, '2021-01-02 00:00:00', 1, 99),
    (4, 'humhub\modules\tasks\models\Task', 10, 1, '2021-01-02 00:00:00', 1, 50);
INSERT INTO comment VALUES
    (20, 'humhub\modules\post\models\Post', 10, 'Yes', '2021-01-03 00:00:00', 2),
    (21, 'humhub\modules\comment\models\Comment', 20, 'Oh', '2021-01-04 00:00:00', 1),
    (22, 'humhub\modules\post\models\Post', 12, 'Not taken', '2021-01-04 00:00:00', 1),
    (23, 'humhub\modules\tasks\models\Task', 10, 'Not taken', '2021-01-04 00:00:00', 1);
INSERT INTO `like` VALUES
    (30, 'humhub\modules\post\models\Post', 10, '2021-01-05 00:00:00', 2),
    (31, 'humhub\modules\comment\models\Comment', 21, '2021-01-05 00:00:00', 2);
"""


def taken(tmp_path: Path, printed: str) -> tuple[list[acts.AnyAct], Report]:
    sent, report = imported("ndjson", written(tmp_path, printed.encode(), "acts.ndjson"))
    return [item.act for item in sent], report


def run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def counted(happened: list[acts.AnyAct]) -> dict[str, int]:
    kinds = [kind_of(act) for act in happened]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


async def test_the_query_for_discourse_prints_acts_that_are_taken(tmp_path: Path) -> None:
    psql = shutil.which("psql")
    try:
        async with running_postgresql() as server:
            assert psql is not None
            address = urlsplit(server.address)
            where = f"postgresql://{address.netloc}{address.path}"
            command = [psql, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", where]
            command += ["-v", "ON_ERROR_STOP=1"]
            made = tmp_path / "discourse.sql"
            made.write_text(DISCOURSE)
            await asyncio.to_thread(run, [*command, "-f", str(made)])
            query = [*command, "-f", str(QUERIES / "discourse.sql")]
            printed = await asyncio.to_thread(run, query)
    except NotAvailable as reason:
        pytest.skip(str(reason))
    happened, report = taken(tmp_path, printed)
    assert report.problems == {}
    assert counted(happened) == {
        "channel": 2,
        "comment": 4,
        "group": 2,
        "join": 3,
        "person": 4,
        "post": 2,
        "reaction": 2,
        "suspend": 1,
        "view": 2,
    }
    (soup, _) = [act for act in happened if isinstance(act, acts.PostPublished)]
    assert (soup.title, soup.text, soup.topics) == (
        "Recipes",
        'Soup?\nWith \\ and "',
        ("hot", "soup"),
    )
    assert soup.at == datetime.fromisoformat("2021-01-01T10:00:00.5Z")
    parents = {act.id: act.parent for act in happened if isinstance(act, acts.CommentAdded)}
    # An answer to an answer to an answer answers the first of them.
    assert parents == {"101": None, "102": "101", "103": "101", "104": None}
    groups = {act.name: act for act in happened if isinstance(act, acts.GroupFounded)}
    assert {name: group.visibility for name, group in groups.items()} == {
        "Soup": "open",
        "Office": "closed",
    }
    people = {act.id: act for act in happened if isinstance(act, acts.PersonCame)}
    assert (people["1"].name, people["1"].email, people["1"].external_id) == (
        "Ada",
        "ada@example.org",
        "subject-ada",
    )
    assert people["-1"].account == "service"
    # His account is younger than his first answer: merged ones are.
    assert people["2"].at == datetime.fromisoformat("2021-01-01T11:00:00Z")


def mysql_format(at: str | None, pattern: str) -> str | None:
    assert pattern == "%Y-%m-%dT%TZ"
    return None if at is None else datetime.fromisoformat(at).strftime(pattern)


def test_the_query_for_humhub_prints_acts_that_are_taken(tmp_path: Path) -> None:
    database = sqlite3.connect(":memory:")
    database.create_function("DATE_FORMAT", 2, mysql_format, deterministic=True)
    database.create_function("CONCAT", 3, lambda *parts: "".join(parts), deterministic=True)
    database.executescript(HUMHUB)
    rows = database.execute((QUERIES / "humhub.sql").read_text())
    happened, report = taken(tmp_path, "".join(f"{row}\n" for (row,) in rows))
    database.close()
    assert report.problems == {}
    assert counted(happened) == {
        "channel": 2,
        "comment": 2,
        "depart": 1,
        "group": 2,
        "join": 2,
        "person": 3,
        "post": 1,
        "reaction": 2,
    }
    (soup,) = [act for act in happened if isinstance(act, acts.PostPublished)]
    assert soup.text == 'Soup?\nWith \\ and "'
    groups = {act.name: act.visibility for act in happened if isinstance(act, acts.GroupFounded)}
    assert groups == {"Soup": "open", "Office": "secret"}
    joined = {act.person: act.role for act in happened if isinstance(act, acts.MemberJoined)}
    assert joined == {"2": "moderator", "3": "member"}
    names = {act.id: act.name for act in happened if isinstance(act, acts.PersonCame)}
    assert names == {"1": "Ada Example", "2": "ben", "3": "cem"}
