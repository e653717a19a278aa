"""The settings themselves, in groups: each part of a process asks for the group that it needs."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from shared.runtime.settings.addresses import cors_origins, public_address
from shared.runtime.settings.forms import (
    connection_string,
    network_list,
    readable_file,
    server_list,
    web_address,
)
from shared.runtime.settings.loading import Settings
from shared.runtime.settings.unknown import PREFIX


def _secret_connection_string(secret: SecretStr) -> SecretStr:
    connection_string(secret.get_secret_value())
    return secret


ConnectionString = Annotated[SecretStr, AfterValidator(_secret_connection_string)]
ServerList = Annotated[str, AfterValidator(server_list)]
WebAddress = Annotated[str, AfterValidator(web_address)]
NetworkList = Annotated[str, AfterValidator(network_list)]
ReadableFile = Annotated[Path, AfterValidator(readable_file)]


class MongoSettings(Settings):
    """Where the service's database is."""

    mongodb_url: ConnectionString = Field(
        default=SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        description="MongoDB connection string of a replica set; user and password belong in it",
    )
    mongodb_driver: Literal["motor", "pymongo"] = Field(
        default="motor", description="The asyncio driver: motor, or PyMongo's own asyncio API"
    )
    database_prefix: str = Field(
        default="mitmach_",
        pattern=r"^[a-z][a-z0-9_]{0,30}$",
        description="Start of the database names; the service's name follows",
    )


class KafkaSettings(Settings):
    """Where the broker is, and how to sign in there."""

    kafka_bootstrap: ServerList = Field(
        default="127.0.0.1:9092",
        description="Kafka bootstrap servers, host:port, comma-separated",
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How the connection to Kafka is protected"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="SASL mechanism, used with SASL_PLAINTEXT and SASL_SSL"
    )
    kafka_username: str | None = Field(default=None, description="SASL user name")
    kafka_password: SecretStr | None = Field(default=None, description="SASL password")
    kafka_ca_file: ReadableFile | None = Field(
        default=None,
        description="PEM file with the broker's authorities; the system's if not set",
    )
    kafka_certificate_file: ReadableFile | None = Field(
        default=None, description="PEM file with the client's certificate (mTLS)"
    )
    kafka_key_file: ReadableFile | None = Field(
        default=None, description="PEM file with the client's private key (mTLS)"
    )
    kafka_session_timeout: float = Field(
        default=30.0,
        ge=1.0,
        le=300.0,
        description="Seconds without heartbeat until Kafka gives the partitions to another",
    )
    kafka_replication: int = Field(
        default=1,
        ge=1,
        le=9,
        description="Replicas of a topic that the service has to create itself; 3 in production",
    )

    @model_validator(mode="after")
    def _sasl_needs_a_user(self) -> Self:
        if self.kafka_security_protocol.startswith("SASL") and not (
            self.kafka_username and self.kafka_password
        ):
            raise ValueError(
                f"{self.kafka_security_protocol} needs {PREFIX}KAFKA_USERNAME and ..._PASSWORD"
            )
        return self


class IdentitySettings(Settings):
    """Who may call: the identity provider's keys, and the key of logins and aliases."""

    jwt_issuer: str = Field(
        default="mitmach-development", min_length=1, description="Expected `iss` of tokens"
    )
    jwt_audience: str = Field(
        default="mitmach", min_length=1, description="Expected `aud` of tokens"
    )
    jwks_url: WebAddress | None = Field(
        default=None,
        description="Address of the identity provider's keys (JWKS)",
    )
    jwt_key_file: Path | None = Field(
        default=None,
        description="File with public keys (PEM, JWK or JWKS); not used where there is an address",
    )
    jwt_types: tuple[str, ...] = Field(
        default=("jwt", "at+jwt"), description="Accepted `typ` headers of tokens, as a JSON list"
    )
    jwt_roles_claim: str = Field(
        default="roles",
        description="Claim with the platform roles; a dot steps into an object: realm_access.roles",
    )
    jwt_person_claim: str = Field(
        default="sub",
        min_length=1,
        description="Claim that becomes the person's id; it must never change and never pass to"
        " somebody else; a dot steps into an object",
    )
    pseudonym_key: SecretStr = Field(
        min_length=16,
        description="Secret of which logins and aliases of people are made; one for all services,"
        " for ever",
    )


class HttpSettings(Settings):
    """The HTTP side and its limits."""

    public_url: str = Field(
        default="",
        description="Address under which clients reach the installation, such as"
        " https://mitmach.example; documents and events then name it. Empty: they say where things"
        " are in relation to it",
    )
    http_host: str = Field(
        default="127.0.0.1", description="Address to listen on; 0.0.0.0 in a container"
    )
    http_port: int = Field(
        default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one"
    )
    http_trusted_proxies: NetworkList = Field(
        default="127.0.0.1",
        description="Addresses and networks whose X-Forwarded-For is believed, comma-separated; *"
        " believes whoever connects, for one hop",
    )
    http_cors_origins: str = Field(
        default="",
        description="Origins whose pages may call from a browser (CORS), comma-separated:"
        " https://intranet.example; none may where it is empty, and there is no wildcard",
    )
    http_body_limit: int = Field(
        default=256 * 1024, ge=1024, description="Largest request body in bytes"
    )
    http_head_limit: int = Field(
        default=32 * 1024,
        ge=1024,
        le=1024 * 1024,
        description="Bytes of a request's head that are always taken; above twice as many 431",
    )
    http_head_timeout: float = Field(
        default=10, ge=0.1, le=300, description="Seconds for the head of a request to arrive"
    )
    http_body_timeout: float = Field(
        default=30,
        ge=0.1,
        le=300,
        description="Seconds for a whole request to arrive, from its first byte to its last",
    )
    http_in_flight: int = Field(
        default=4000, ge=1, description="Requests served at once; above it 503 before any work"
    )
    http_person_in_flight: int = Field(
        default=100,
        ge=0,
        description="Requests of one person served or sent at once, above it 429; 0 for no limit",
    )
    http_person_rate: float = Field(
        default=10,
        ge=0,
        description="Requests per second that one person may sustain; 0 for no limit. Every 50"
        " items that one request asks for count as one more",
    )
    http_person_burst: int = Field(
        default=100, ge=1, description="Requests that one person may send at once"
    )
    http_address_rate: float = Field(
        default=20,
        ge=0,
        description="Requests per second that strangers at one network address may send: those"
        " without a token or with one that is nobody's; 0 for no limit",
    )
    http_address_burst: int = Field(
        default=200, ge=1, description="Requests of strangers at once from one network address"
    )
    http_grace: int = Field(
        default=20,
        ge=1,
        le=300,
        description="Seconds that running requests get to finish when the process ends",
    )
    history: bool = Field(
        default=False,
        description="Whether who has the role importer may record what has happened before, at its"
        " own time and for others: as much power as an administrator has, so only while importing",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Secret that Prometheus presents as bearer token at /metrics; without it the"
        " platform in one process answers only programs on its own machine",
    )
    cursor_key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Secret that signs list cursors; derived from the pseudonym key when not given",
    )

    @field_validator("public_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        return public_address(value)

    @field_validator("http_cors_origins")
    @classmethod
    def _exact(cls, value: str) -> str:
        return ",".join(cors_origins(value))


class QuotaSettings(Settings):
    """Whether a service that people write to holds them to its daily quotas."""

    quotas: bool = Field(
        default=True,
        description="Whether people have daily quotas; false where a test does much as few people",
    )


class TelemetrySettings(Settings):
    """Logs and traces."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level to log"
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="json for machines, text for a terminal"
    )
    access_log: bool = Field(
        default=False,
        description="Whether each request to an API is logged: method, route, status, milliseconds"
        " and bytes, and nothing about who asked",
    )
    otlp_endpoint: WebAddress | None = Field(
        default=None,
        description="OpenTelemetry collector (OTLP over HTTP); wins over the endpoints of OTEL_...",
    )
    trace_ratio: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Share of new traces that are recorded, where tracing is on; wins over"
        " OTEL_TRACES_SAMPLER",
    )


class ServiceSettings(
    MongoSettings, KafkaSettings, IdentitySettings, HttpSettings, TelemetrySettings
):
    """What every service needs. A service adds its own fields in its `config.py`."""

    def database_name(self, service: str) -> str:
        """The name of a service's database, e.g. `mitmach_posts`."""
        return f"{self.database_prefix}{service}"
