"""Topics, users and access rules on a Kafka broker, through its own protocol.

No shell tools of a broker are needed, so the platform's own image installs everything.
"""

import asyncio
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import CreateAclsRequest_v1
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    CompactArray,
    CompactBytes,
    CompactString,
    Int8,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

from mitmach.installation.rights import AccessRule
from shared.contract.events.topics import TopicPlan
from shared.delivery.kafka import REQUEST_TIMEOUT, KafkaConnection, ensure_topics

_SCRAM_SHA_512 = 2
# What brokers and clients agree on as the least; more costs each sign-in.
_ITERATIONS = 8192
_ALLOW = 3
_LITERAL, _PREFIXED = 3, 4


class _AlterUsersResponse(Response):  # type: ignore[misc]  # aiokafka is untyped
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterUsersRequest_v0(RequestStruct):  # type: ignore[misc]  # noqa: N801 - as the others are named
    """AlterUserScramCredentials, which aiokafka doesn't have."""

    FLEXIBLE_VERSION = True
    API_KEY = 51
    API_VERSION = 0
    RESPONSE_TYPE = _AlterUsersResponse
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(
                ("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields)
            ),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterUsersRequest(Request[_AlterUsersRequest_v0]):  # type: ignore[misc]
    API_KEY = 51

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords

    def build(self, request_struct_class: type[_AlterUsersRequest_v0]) -> _AlterUsersRequest_v0:
        return request_struct_class(
            [], [_credential(*user) for user in self._passwords.items()], {}
        )


class _CreateRulesRequest(Request[CreateAclsRequest_v1]):  # type: ignore[misc]
    """Many rules at once; aiokafka's own request takes a single rule."""

    API_KEY = 30

    def __init__(self, rules: Sequence[AccessRule]) -> None:
        self._rules = rules

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class(
            [
                (
                    int(rule.resource),
                    rule.name,
                    _PREFIXED if rule.prefix else _LITERAL,
                    f"User:{rule.user}",
                    "*",
                    int(rule.operation),
                    _ALLOW,
                )
                for rule in self._rules
            ]
        )


def _credential(name: str, password: str) -> tuple[Any, ...]:
    # The broker never sees the password: it gets salt and salted hash, as RFC 5802 has it.
    salt = os.urandom(32)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return name, _SCRAM_SHA_512, _ITERATIONS, salt, salted, {}


async def set_up(
    connection: KafkaConnection,
    *,
    plans: Sequence[TopicPlan],
    passwords: Mapping[str, str],
    rules: Iterable[AccessRule],
) -> None:
    """Makes topics, users and rules; what is there already gets today's settings.

    Partitions of an existing topic aren't touched.

    Args:
        connection: The broker, signed in as somebody who may do that.
        plans: The topics and their settings.
        passwords: Passwords by user; none on a broker without sign-in.
        rules: Who may do what; without users they are left out.

    Raises:
        KafkaError: The broker refused something.
        TimeoutError: It doesn't answer.
    """
    settings = {plan.name: _settings(plan, connection.replication) for plan in plans}
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
                await _create_rules(admin, list(rules))
    finally:
        with suppress(Exception):
            await admin.close()


def _settings(plan: TopicPlan, replication: int) -> dict[str, str]:
    return {
        "cleanup.policy": "delete",
        "compression.type": "producer",
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
    reply = await admin._send_request(_AlterUsersRequest(passwords))  # noqa: SLF001
    for user, code, message, *_ in reply.results:
        _check(code, f"user {user}: {message}")


async def _create_rules(admin: AIOKafkaAdminClient, rules: Sequence[AccessRule]) -> None:
    reply = await admin._send_request(_CreateRulesRequest(rules))  # noqa: SLF001
    for code, message in reply.creation_responses:
        _check(code, message)


def _check(code: int, message: str) -> None:
    if code:
        error: type[KafkaError] = for_code(code)
        raise error(message)
