"""Where the broker is, and how to sign in to it."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.runtime.settings import KafkaSettings, SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaConnection:
    """How to reach the broker.

    Attributes:
        bootstrap: `host:port`, several with commas.
        mechanism: `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`; None for no sign-in.
        username: Who signs in; unused without a mechanism.
        password: The user's, in clear; unused without a mechanism.
        tls: Whether connections are encrypted.
        ca_file: Certificate of the authority that the broker's certificate must come from, when it
            isn't one of the system's.
        certificate_file: Certificate by which the client shows who it is; None for none.
        key_file: Private key of that certificate.
        replication: Copies of each record in topics that Mitmach creates.
        session_timeout: Seconds without a heartbeat until a consumer counts as gone. Heartbeats
            share our event loop, so a short one would end the group over a pause; the embedded
            broker makes a group wait for half of it at each change.
    """

    bootstrap: str
    mechanism: str | None = None
    username: str = ""
    password: str = ""
    tls: bool = False
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    replication: int = 1
    session_timeout: float = 30.0

    @classmethod
    def of(cls, settings: KafkaSettings) -> Self:
        """The connection that the settings describe."""
        sasl = settings.kafka_security_protocol.startswith("SASL")
        password = settings.kafka_password
        return cls(
            bootstrap=settings.kafka_bootstrap,
            mechanism=settings.kafka_sasl_mechanism if sasl else None,
            username=settings.kafka_username or "",
            password=password.get_secret_value() if password else "",
            tls=settings.kafka_security_protocol.endswith("SSL"),
            ca_file=_path(settings.kafka_ca_file),
            certificate_file=_path(settings.kafka_certificate_file),
            key_file=_path(settings.kafka_key_file),
            replication=settings.kafka_replication,
            session_timeout=settings.kafka_session_timeout,
        )

    def options(self) -> dict[str, Any]:
        """Options that every aiokafka client takes."""
        protocol = ("SASL_" if self.mechanism else "") + ("SSL" if self.tls else "PLAINTEXT")
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": protocol,
        }
        if self.mechanism:
            options |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        if self.tls:
            options["ssl_context"] = self.tls_context()
        return options

    def tls_context(self) -> ssl.SSLContext | None:
        """The TLS settings, None without TLS."""
        if not self.tls:
            return None
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.certificate_file:
            # Without a word for it OpenSSL would ask the terminal for the key's password.
            context.load_cert_chain(self.certificate_file, self.key_file, password="")
        return context

    def check_files(self) -> None:
        """Reads the files of TLS once, so that what is wrong with them is said at the start.

        Raises:
            SettingsError: One of them can't be used.
        """
        if not self.tls:
            return
        try:
            ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ValueError):
            raise SettingsError(
                "The setting MITMACH_KAFKA_CA_FILE is wrong: "
                f"{self.ca_file} holds no certificate in PEM."
            ) from None
        try:
            self.tls_context()
        except (OSError, ValueError):
            raise SettingsError(
                "The settings MITMACH_KAFKA_CERTIFICATE_FILE and MITMACH_KAFKA_KEY_FILE are wrong: "
                "they must hold a certificate and its private key in PEM, without a password."
            ) from None

    def security(self) -> BaseSecurity:
        """Sign-in and encryption as FastStream wants them."""
        kinds = {
            "PLAIN": SASLPlaintext,
            "SCRAM-SHA-256": SASLScram256,
            "SCRAM-SHA-512": SASLScram512,
        }
        if self.mechanism:
            return kinds[self.mechanism](
                self.username, self.password, ssl_context=self.tls_context(), use_ssl=self.tls
            )
        return BaseSecurity(ssl_context=self.tls_context(), use_ssl=self.tls)


def _path(file: Path | None) -> str | None:
    return str(file) if file else None
