"""Requests of Kafka's protocol about users and access rules, which aiokafka doesn't have.

Or has for a single rule only: an installation has some fifty.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from aiokafka.protocol.admin import (
    CreateAclsRequest_v1,
    DeleteAclsRequest_v1,
    DescribeAclsRequest_v1,
)
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

_SCRAM_SHA_512 = 2
# What brokers and clients agree on as the least; more costs each sign-in.
_ITERATIONS = 8192
_ALLOW = 3
_LITERAL, _PREFIXED = 3, 4
_ANY = 1
_PRINCIPAL = "User:"


class Binding(NamedTuple):
    """An access rule as Kafka keeps it: numbers of its protocol, in the order of its requests."""

    resource: int
    name: str
    pattern: int
    principal: str
    host: str
    operation: int
    permission: int

    @classmethod
    def of(cls, rule: AccessRule) -> "Binding":
        """Of a rule of ours: it allows, from any host."""
        return cls(
            int(rule.resource),
            rule.name,
            _PREFIXED if rule.prefix else _LITERAL,
            f"{_PRINCIPAL}{rule.user}",
            "*",
            int(rule.operation),
            _ALLOW,
        )

    @property
    def user(self) -> str:
        """Whom it is about."""
        return self.principal.removeprefix(_PRINCIPAL)


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


class AlterUsersRequest(Request[_AlterUsersRequest_v0]):  # type: ignore[misc]
    """Gives users passwords, and takes them from others (AlterUserScramCredentials).

    Args:
        passwords: Passwords by user.
        gone: Users who may not sign in any more.
    """

    API_KEY = 51

    def __init__(self, passwords: Mapping[str, str], gone: Iterable[str] = ()) -> None:
        self._passwords = passwords
        self._gone = gone

    def build(self, request_struct_class: type[_AlterUsersRequest_v0]) -> _AlterUsersRequest_v0:
        """The request as it is sent."""
        return request_struct_class(
            [(user, _SCRAM_SHA_512, {}) for user in self._gone],
            [_credential(*user) for user in self._passwords.items()],
            {},
        )


def _credential(name: str, password: str) -> tuple[Any, ...]:
    # The broker never sees the password: it gets salt and salted hash, as RFC 5802 has it.
    salt = os.urandom(32)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return name, _SCRAM_SHA_512, _ITERATIONS, salt, salted, {}


class _DescribeUsersResponse(Response):  # type: ignore[misc]
    API_KEY = 50
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("error_message", CompactString("utf-8")),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                (
                    "credentials",
                    CompactArray(
                        ("mechanism", Int8), ("iterations", Int32), ("tags", TaggedFields)
                    ),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _DescribeUsersRequest_v0(RequestStruct):  # type: ignore[misc]  # noqa: N801 - as the others are named
    FLEXIBLE_VERSION = True
    API_KEY = 50
    API_VERSION = 0
    RESPONSE_TYPE = _DescribeUsersResponse
    SCHEMA = Schema(
        ("users", CompactArray(("name", CompactString("utf-8")), ("tags", TaggedFields))),
        ("tags", TaggedFields),
    )


class DescribeUsersRequest(Request[_DescribeUsersRequest_v0]):  # type: ignore[misc]
    """Asks for all users who sign in with a password (DescribeUserScramCredentials)."""

    API_KEY = 50

    def build(
        self, request_struct_class: type[_DescribeUsersRequest_v0]
    ) -> _DescribeUsersRequest_v0:
        """The request as it is sent."""
        return request_struct_class(None, {})


class CreateRulesRequest(Request[CreateAclsRequest_v1]):  # type: ignore[misc]
    """Makes many rules at once; those that are there already stay."""

    API_KEY = 30

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self._bindings = bindings

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        """The request as it is sent."""
        return request_struct_class(list(self._bindings))


class DescribeRulesRequest(Request[DescribeAclsRequest_v1]):  # type: ignore[misc]
    """Asks for all access rules."""

    API_KEY = 29

    def build(self, request_struct_class: type[DescribeAclsRequest_v1]) -> DescribeAclsRequest_v1:
        """The request as it is sent."""
        return request_struct_class(_ANY, None, _ANY, None, None, _ANY, _ANY)


class DeleteRulesRequest(Request[DeleteAclsRequest_v1]):  # type: ignore[misc]
    """Takes away exactly these rules."""

    API_KEY = 31

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self._bindings = bindings

    def build(self, request_struct_class: type[DeleteAclsRequest_v1]) -> DeleteAclsRequest_v1:
        """The request as it is sent."""
        return request_struct_class(list(self._bindings))
