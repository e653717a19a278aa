"""`mitmach init` on servers that want passwords; then everybody tries what is others' business.

The users sign in to a real MongoDB and a real Apache Kafka, set as the compose file sets them.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError
from pymongo.errors import OperationFailure
from rich.console import Console

from mitmach.installation.kafka import set_up
from mitmach.installation.rights import (
    AUDITOR,
    AccessRule,
    KafkaOperation,
    KafkaResource,
    plans,
)
from mitmach.installation.run import install
from mitmach.installation.secrets import create
from shared.contract.errors import Unavailable
from shared.contract.events.topics import BALLOTS, POSTS, RESTRICTED
from shared.contract.services import ServiceName
from shared.delivery.kafka import KafkaConnection, end_offsets, open_producer, open_reader
from shared.delivery.log import OPEN_LOG
from shared.delivery.mongo import connect
from tests.integration.deploy.password_servers import PasswordServers, password_servers

SERVICE_NAMES = tuple(map(str, ServiceName))
USERS = (*SERVICE_NAMES, AUDITOR)
NOT_ALLOWED = 13  # MongoDB's code
TEAMS = ("hr", "hr-pay", "marketing")
WITHIN = 30.0  # seconds for one answer
TOPICS = {plan.name: plan for plan in plans()}
AUDITED = {name for name in TOPICS if not name.startswith("dlq.")} - RESTRICTED

pytestmark = [
    pytest.mark.apache,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers() -> AsyncIterator[PasswordServers]:
    """Both servers after `mitmach init`, which was called twice; all tests here share them."""
    with (
        tempfile.TemporaryDirectory(prefix="mitmach-guarded-") as folder,
        pytest.MonkeyPatch.context() as monkeypatch,
    ):
        async with password_servers(Path(folder)) as servers:
            create(servers.passwords, mongodb=servers.mongodb, data_teams=TEAMS)
            for name, value in servers.init_variables().items():
                monkeypatch.setenv(name, value)
            for _ in range(2):
                assert await install(Console(quiet=True)) == 0
            yield servers


def signed_in(servers: PasswordServers, user: str) -> KafkaConnection:
    return KafkaConnection(
        bootstrap=servers.clients,
        mechanism="SCRAM-SHA-512",
        username=user,
        password=servers.password("kafka", user),
    )


def team_signed_in(servers: PasswordServers, team: str) -> KafkaConnection:
    return KafkaConnection(
        bootstrap=servers.data,
        mechanism="SCRAM-SHA-512",
        username=f"data-{team}",
        password=(servers.passwords / "data-teams" / team).read_text(),
    )


def administrator(servers: PasswordServers) -> KafkaConnection:
    return KafkaConnection(
        bootstrap=servers.admin,
        mechanism="PLAIN",
        username="admin",
        password=servers.password("kafka", "admin"),
    )


async def ends(servers: PasswordServers) -> Mapping[str, int]:
    """How many records each topic has in its first partition."""
    async with open_reader(administrator(servers)) as reader:
        found = await end_offsets(reader, [(topic, 0) for topic in TOPICS])
    return {topic: offset for (topic, _), offset in found.items()}


async def try_to_write(connection: KafkaConnection, topic: str) -> None:
    async with open_producer(connection) as producer:
        try:
            async with asyncio.timeout(WITHIN):
                await producer.send_and_wait(topic, b"tried", partition=0)
        except (KafkaError, TimeoutError):
            return


async def fill(servers: PasswordServers) -> None:
    """Adds a record to each topic, so that nobody who may read it waits for one."""
    await asyncio.gather(
        *(try_to_write(signed_in(servers, plan.writer), topic) for topic, plan in TOPICS.items())
    )


async def readable(connection: KafkaConnection) -> set[str]:
    """The topics that a user gets a record of; what isn't listed is closed, too."""
    found = set()
    async with open_reader(connection) as reader, asyncio.timeout(WITHIN):
        for topic in await reader.topics():
            place = TopicPartition(topic, 0)
            reader.assign([place])
            await reader.seek_to_beginning(place)
            with suppress(TopicAuthorizationFailedError):
                found.add((await reader.getone()).topic)
    return found


async def can_join(connection: KafkaConnection, topic: str, group: str) -> bool:
    """Whether a user is let into a consumer group, with a topic that it may read."""
    reader = AIOKafkaConsumer(
        topic, **connection.options(), group_id=group, auto_offset_reset="earliest"
    )
    try:
        async with asyncio.timeout(WITHIN):
            await reader.start()
            await reader.getone()
    except GroupAuthorizationFailedError:
        return False
    finally:
        await reader.stop()
    return True


async def try_to_create(connection: KafkaConnection, topic: str) -> None:
    admin = AIOKafkaAdminClient(**connection.options())
    await admin.start()
    try:
        reply = await admin.create_topics([NewTopic(topic, 1, 1)])
        assert [code for _, code, *_ in reply.topic_errors] != [0]
    except KafkaError:
        pass
    finally:
        await admin.close()


async def test_a_kafka_user_writes_and_reads_its_own_and_nothing_else(
    servers: PasswordServers,
) -> None:
    writing = [
        try_to_write(signed_in(servers, user), topic)
        for user in USERS
        for topic, plan in TOPICS.items()
        if user != plan.writer
    ]
    await asyncio.gather(*writing)
    assert await ends(servers) == dict.fromkeys(TOPICS, 0)
    await fill(servers)
    assert await ends(servers) == dict.fromkeys(TOPICS, 1)

    for writer in SERVICE_NAMES:  # as its relay asks before it leads
        own = [(topic, 0) for topic, plan in TOPICS.items() if plan.writer == writer]
        async with open_reader(signed_in(servers, writer)) as relay:
            assert await end_offsets(relay, own) == dict.fromkeys(own, 1)
    for user in USERS:
        assert await readable(signed_in(servers, user)) == {
            topic
            for topic, plan in TOPICS.items()
            if user in plan.readers or (user == AUDITOR and topic in AUDITED)
        }

    for user in SERVICE_NAMES:
        groups = {service: f"mitmach.{service}.tried" for service in SERVICE_NAMES}
        topic = next(name for name, plan in TOPICS.items() if user in plan.readers)
        answers = await asyncio.gather(
            *(can_join(signed_in(servers, user), topic, group) for group in groups.values())
        )
        joined = dict(zip(groups, answers, strict=True))
        assert joined == {service: service == user for service in SERVICE_NAMES}

    for user in USERS:
        await try_to_create(signed_in(servers, user), f"mitmach.{user}.own")
    async with open_reader(administrator(servers)) as reader:
        async with asyncio.timeout(WITHIN):
            assert {name for name in await reader.topics() if not name.startswith("__")} == set(
                TOPICS
            )


async def test_a_data_team_reads_what_it_may_in_groups_of_its_own_and_writes_nothing(
    servers: PasswordServers,
) -> None:
    await fill(servers)
    before = await ends(servers)
    team = team_signed_in(servers, "hr")
    assert await readable(team) == {topic for topic, plan in TOPICS.items() if plan.data_teams}
    await asyncio.gather(*(try_to_write(team, topic) for topic in TOPICS))
    assert await ends(servers) == before
    groups = {
        "data-hr.counts": True,
        "data-hr": False,
        "data-hr-pay.counts": False,
        "data-marketing.counts": False,
        "mitmach.metrics": False,
        "anything": False,
    }
    answers = await asyncio.gather(*(can_join(team, POSTS, group) for group in groups))
    assert dict(zip(groups, answers, strict=True)) == groups
    await try_to_create(team, "data-hr.own")


async def read_on(reader: AIOKafkaConsumer) -> NoReturn:
    while True:
        await reader.getone()


async def test_a_team_without_a_file_loses_its_rights_at_once_and_the_others_none(
    servers: PasswordServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(servers)
    team, others = team_signed_in(servers, "marketing"), team_signed_in(servers, "hr-pay")
    with monkeypatch.context() as without_the_list:
        without_the_list.delenv("MITMACH_DATA_TEAMS_DIR")
        assert await install(Console(quiet=True)) == 0
    # A right that somebody gave by hand goes, too.
    sealed = AccessRule("data-hr-pay", KafkaOperation.READ, KafkaResource.TOPIC, BALLOTS)
    await set_up(administrator(servers), plans=[], passwords={"data-x": "x" * 20}, rules=[sealed])
    assert BALLOTS in await readable(others)

    async with open_reader(team) as reader, asyncio.timeout(WITHIN):
        place = TopicPartition(POSTS, 0)
        reader.assign([place])
        await reader.seek_to_beginning(place)
        assert await reader.getone()
        (servers.passwords / "data-teams" / "marketing").unlink()
        assert await install(Console(quiet=True)) == 0
        reader.seek(place, 0)
        with pytest.raises(TopicAuthorizationFailedError):
            await read_on(reader)
    for gone in (team, replace(team, username="data-x", password="x" * 20)):
        with pytest.raises(KafkaError):
            async with open_reader(gone):
                pass
    assert await readable(others) == {topic for topic, plan in TOPICS.items() if plan.data_teams}
    assert POSTS in await readable(signed_in(servers, "metrics"))


async def test_nobody_gets_into_kafka_with_anothers_password(servers: PasswordServers) -> None:
    posing = KafkaConnection(
        bootstrap=servers.clients,
        mechanism="SCRAM-SHA-512",
        username="contests",
        password=servers.password("kafka", "posts"),
    )
    with pytest.raises(KafkaError):
        async with open_reader(posing):
            pass


async def refused(work: Awaitable[object]) -> bool:
    """Whether the database says that this isn't allowed; any other failure is one."""
    try:
        await work
    except OperationFailure as error:
        if error.code == NOT_ALLOWED:
            return True
        raise
    return False


async def test_init_leaves_kafka_alone_where_an_operator_sets_it_up(
    servers: PasswordServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MITMACH_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    assert await install(Console(quiet=True), kafka=False) == 0
    with pytest.raises(Unavailable):
        await install(Console(quiet=True))


async def test_a_mongodb_user_gets_at_its_own_database_and_nothing_else(
    servers: PasswordServers,
) -> None:
    databases = [f"mitmach_{service}" for service in SERVICE_NAMES]
    for user in USERS:
        url = (servers.passwords / f"mongodb_{user}_url").read_text()
        async with connect(url) as mongo:
            for name in (*databases, "admin", "local"):
                own = name == f"mitmach_{user}"
                collection = "system.users" if name == "admin" else "log"
                database = mongo.database(name)
                assert await refused(database.find(collection, {})) is not own
                audits = user == AUDITOR and name in databases
                assert await refused(database.find(OPEN_LOG, {})) is not (own or audits)
                assert await refused(database.insert("log", [{"_id": user}])) is not own
    async with connect(f"mongodb://{servers.mongodb}/?directConnection=true") as stranger:
        assert await refused(stranger.database("mitmach_posts").find("log", {}))
