"""Topics, users and access rules on a Kafka broker, through its own protocol.

No shell tools of a broker are needed, so the platform's own image installs everything.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from mitmach.installation.requests import (
    AlterUsersRequest,
    Binding,
    CreateRulesRequest,
    DeleteRulesRequest,
    DescribeRulesRequest,
    DescribeUsersRequest,
)
from mitmach.installation.rights import AccessRule
from shared.contract.events.topics import TopicPlan
from shared.delivery.kafka import REQUEST_TIMEOUT, KafkaConnection, ensure_topics


async def set_up(
    connection: KafkaConnection,
    *,
    plans: Sequence[TopicPlan],
    passwords: Mapping[str, str],
    rules: Iterable[AccessRule],
    governed: str | None = None,
) -> None:
    """Makes topics, users and rules; what is there already gets today's settings.

    Partitions of an existing topic aren't touched.

    Args:
        connection: The broker, signed in as somebody who may do that.
        plans: The topics and their settings.
        passwords: Passwords by user; none on a broker without sign-in.
        rules: Who may do what; without users they are left out.
        governed: Of users whose names begin with this, those that aren't given lose rights and
            password, and those that are given keep no other right; None for nobody.

    Raises:
        KafkaError: The broker refused something.
        TimeoutError: It doesn't answer.
    """
    settings = {plan.name: _settings(plan, connection.replication) for plan in plans}
    bindings = [Binding.of(rule) for rule in rules]
    await ensure_topics(connection, {plan.name: plan.partitions for plan in plans}, settings)
    admin = AIOKafkaAdminClient(
        **connection.options(), request_timeout_ms=int(REQUEST_TIMEOUT * 1000)
    )
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT * 3):
            await admin.start()
            await _configure(admin, settings)
            if passwords:
                await _create_users(admin, passwords)
                await _create_rules(admin, bindings)
            if governed is not None:
                await _withdraw(admin, governed, passwords.keys(), set(bindings))
    finally:
        with suppress(Exception):
            await admin.close()


def _settings(plan: TopicPlan, replication: int) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        # As they come: the relay compresses. Another type would have the broker do it once more.
        "compression.type": "producer",
        # When an event happened, however much later it is sent again.
        "message.timestamp.type": "CreateTime",
        "message.timestamp.before.max.ms": str(2**63 - 1),
        "retention.ms": str(plan.retention_ms),
        "retention.bytes": "-1",
        # An acknowledged record is on two disks where there are three.
        "min.insync.replicas": str(max(1, replication - 1)),
        "unclean.leader.election.enable": "false",
    }


async def _configure(admin: AIOKafkaAdminClient, settings: Mapping[str, Mapping[str, str]]) -> None:
    topics = [
        ConfigResource(ConfigResourceType.TOPIC, name, configs=dict(values))
        for name, values in settings.items()
    ]
    for reply in await admin.alter_configs(topics):
        for code, message, *_ in reply.resources:
            _check(code, message)


async def _create_users(admin: AIOKafkaAdminClient, passwords: Mapping[str, str]) -> None:
    reply = await admin._send_request(AlterUsersRequest(passwords))  # noqa: SLF001
    for user, code, message, *_ in reply.results:
        _check(code, f"user {user}: {message}")


async def _create_rules(admin: AIOKafkaAdminClient, bindings: Sequence[Binding]) -> None:
    reply = await admin._send_request(CreateRulesRequest(bindings))  # noqa: SLF001
    for code, message in reply.creation_responses:
        _check(code, message)


async def _withdraw(
    admin: AIOKafkaAdminClient,
    governed: str,
    users: AbstractSet[str],
    bindings: AbstractSet[Binding],
) -> None:
    # Rights first: they end at once, also for who is signed in, and a run that is killed here is
    # made up for by the next, which finds the user still.
    reply = await admin._send_request(DescribeRulesRequest())  # noqa: SLF001
    _check(reply.error_code, reply.error_message)
    there = {Binding(*resource, *rule) for *resource, rules in reply.resources for rule in rules}
    stale = {one for one in there - bindings if one.user.startswith(governed)}
    if stale:
        reply = await admin._send_request(DeleteRulesRequest(stale))  # noqa: SLF001
        for code, message, deleted in reply.filter_responses:
            _check(code, message)
            for one_code, one_message, *_ in deleted:
                _check(one_code, one_message)
    reply = await admin._send_request(DescribeUsersRequest())  # noqa: SLF001
    _check(reply.error_code, reply.error_message)
    gone = [
        name
        for name, code, *_ in reply.results
        if not code and name.startswith(governed) and name not in users
    ]
    if gone:
        reply = await admin._send_request(AlterUsersRequest({}, gone))  # noqa: SLF001
        for user, code, message, *_ in reply.results:
            _check(code, f"user {user}: {message}")


def _check(code: int, message: str) -> None:
    if code:
        error: type[KafkaError] = for_code(code)
        raise error(message)
