"""Wrong settings, and what must be said of each; `test_wrong_settings.py` starts with them."""

from typing import NamedTuple

PASSWORD = "s3cret"


class Wrong(NamedTuple):
    """A wrong setting.

    Attributes:
        variables: The environment; `{files}` is a folder with `FILES`.
        words: What the sentence must contain.
        role: The role that is started.
        sentences: How many faults there are.
    """

    variables: dict[str, str]
    words: tuple[str, ...]
    role: str = "relay"
    sentences: int = 1


FILES = {
    "empty": b"",
    "text": b"no certificate and no key",
    "secrets-empty/mitmach_pseudonym_key": b"\n",
    "secrets-bytes/mitmach_pseudonym_key": b"\xff\xfe\xff",
    "secrets-folder/mitmach_pseudonym_key/what": b"",
    "secrets-short/mitmach_pseudonym_key": b"short\n",
    "secrets-unknown/mitmach_mongo_url": b"mongodb://db/\n",
    "secrets-unknown/elses_mongo_url": b"",
    "secrets-unknown/mitmach_quota_groups": b"7\n",
}
MONGODB = "MITMACH_MONGODB_URL"
TLS = {"MITMACH_KAFKA_SECURITY_PROTOCOL": "SSL"}

WRONG = {
    "mongodb-scheme": Wrong({MONGODB: "postgres://db/"}, (MONGODB, "begin with mongodb://")),
    "mongodb-no-scheme": Wrong({MONGODB: "db:27017"}, (MONGODB, "begin with mongodb://")),
    "mongodb-no-host": Wrong({MONGODB: "mongodb://"}, (MONGODB, "name a host")),
    "mongodb-percent": Wrong({MONGODB: f"mongodb://u:{PASSWORD}%zz@db/"}, (MONGODB, "%25")),
    "mongodb-slash": Wrong({MONGODB: f"mongodb://u:{PASSWORD}/x@db/"}, (MONGODB, "%2F")),
    "mongodb-at": Wrong({MONGODB: f"mongodb://u:{PASSWORD}@x@db/"}, (MONGODB, "%40")),
    "mongodb-port": Wrong({MONGODB: "mongodb://db:99999/"}, (MONGODB, "1 to 65535")),
    "mongodb-word-as-port": Wrong({MONGODB: "mongodb://db:abc/"}, (MONGODB, "1 to 65535")),
    "mongodb-empty-host": Wrong({MONGODB: "mongodb://db,/"}, (MONGODB, "server 2")),
    "mongodb-option": Wrong({MONGODB: "mongodb://db/?replicaSett=rs0"}, (MONGODB, "option")),
    "mongodb-value": Wrong({MONGODB: "mongodb://db/?tls=maybe"}, (MONGODB, "tls")),
    "mongodb-file": Wrong({MONGODB: "mongodb://db/?tlsCAFile=/nowhere"}, (MONGODB, "no such file")),
    "mongodb-srv-port": Wrong({MONGODB: "mongodb+srv://db:27017/"}, (MONGODB, "no port")),
    "mongodb-unknown-host": Wrong(
        {MONGODB: f"mongodb://u:{PASSWORD}@nowhere.invalid/"},
        (MONGODB, "nowhere.invalid", "name of a host isn't known"),
    ),
    "mongodb-refuses": Wrong(
        {MONGODB: f"mongodb://u:{PASSWORD}@127.0.0.1:1/"},
        (MONGODB, "127.0.0.1:1", "connection refused"),
    ),
    "driver": Wrong({"MITMACH_MONGODB_DRIVER": "mongoose"}, ("MONGODB_DRIVER", "motor", "pymongo")),
    "prefix": Wrong({"MITMACH_DATABASE_PREFIX": "A B"}, ("MITMACH_DATABASE_PREFIX",)),
    "unknown": Wrong(
        {"MITMACH_MONGO_URL": "mongodb://db/"}, ("MITMACH_MONGO_URL", f"did you mean {MONGODB}?")
    ),
    "unknown-proxies": Wrong(
        {"MITMACH_TRUSTED_PROXIES": "10.0.0.1"}, ("mean MITMACH_HTTP_TRUSTED_PROXIES?",)
    ),
    "unknown-far": Wrong({"MITMACH_XYZZY": "1"}, ("MITMACH_XYZZY", "--help")),
    "proxies": Wrong(
        {"MITMACH_HTTP_TRUSTED_PROXIES": "10.0.0.0/8,nginx"},
        ("MITMACH_HTTP_TRUSTED_PROXIES", "entry 2", "10.231.87.0/24"),
    ),
    "cors-any": Wrong({"MITMACH_HTTP_CORS_ORIGINS": "*"}, ("CORS_ORIGINS", "no wildcard")),
    "cors-path": Wrong(
        {"MITMACH_HTTP_CORS_ORIGINS": "https://a.example,https://b.example/app"},
        ("MITMACH_HTTP_CORS_ORIGINS", "no path"),
    ),
    "public-no-scheme": Wrong(
        {"MITMACH_PUBLIC_URL": "mitmach.example"}, ("MITMACH_PUBLIC_URL", "https://")
    ),
    "public-query": Wrong(
        {"MITMACH_PUBLIC_URL": "https://mitmach.example/?a=1"}, ("MITMACH_PUBLIC_URL", "no user")
    ),
    "port-range": Wrong({"MITMACH_HTTP_PORT": "70000"}, ("MITMACH_HTTP_PORT", "65535")),
    "port-word": Wrong({"MITMACH_HTTP_PORT": "http"}, ("MITMACH_HTTP_PORT", "integer")),
    "port-taken": Wrong({"MITMACH_HTTP_PORT": "{taken}"}, ("MITMACH_HTTP_PORT", "already in use")),
    "host": Wrong({"MITMACH_HTTP_HOST": "192.0.2.1"}, ("MITMACH_HTTP_HOST", "assign")),
    "host-unknown": Wrong({"MITMACH_HTTP_HOST": "nowhere.invalid"}, ("MITMACH_HTTP_HOST",)),
    "negative": Wrong({"MITMACH_HTTP_PERSON_RATE": "-1"}, ("HTTP_PERSON_RATE", "0")),
    "no-number": Wrong({"MITMACH_HTTP_PERSON_RATE": "nan"}, ("HTTP_PERSON_RATE", "finite")),
    "endless": Wrong({"MITMACH_HTTP_ADDRESS_RATE": "inf"}, ("HTTP_ADDRESS_RATE", "finite")),
    "fraction": Wrong({"MITMACH_HTTP_IN_FLIGHT": "1.5"}, ("HTTP_IN_FLIGHT", "integer")),
    "quota": Wrong({"MITMACH_QUOTA_POSTS": "-5"}, ("MITMACH_QUOTA_POSTS", "0")),
    "yes-or-no": Wrong({"MITMACH_QUOTAS": "perhaps"}, ("MITMACH_QUOTAS", "boolean")),
    "kafka-protocol": Wrong(
        {"MITMACH_KAFKA_SECURITY_PROTOCOL": "TLS"}, ("KAFKA_SECURITY_PROTOCOL", "'SASL_SSL'")
    ),
    "kafka-password": Wrong(
        {"MITMACH_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "MITMACH_KAFKA_USERNAME": "posts"},
        ("SASL_SSL", "MITMACH_KAFKA_USERNAME", "_PASSWORD"),
    ),
    "kafka-port": Wrong({"MITMACH_KAFKA_BOOTSTRAP": "a:1,b:kafka"}, ("BOOTSTRAP", "server 2")),
    "kafka-scheme": Wrong({"MITMACH_KAFKA_BOOTSTRAP": "kafka://k:9092"}, ("BOOTSTRAP", "HOST")),
    "kafka-ca": Wrong(
        TLS | {"MITMACH_KAFKA_CA_FILE": "{files}/none.pem"},
        ("MITMACH_KAFKA_CA_FILE", "none.pem", "no such file"),
    ),
    "kafka-ca-empty": Wrong(
        {"MITMACH_KAFKA_CA_FILE": "{files}/empty"}, ("MITMACH_KAFKA_CA_FILE", "is empty")
    ),
    "kafka-ca-text": Wrong(
        TLS | {"MITMACH_KAFKA_CA_FILE": "{files}/text"},
        ("MITMACH_KAFKA_CA_FILE", "no certificate in PEM"),
    ),
    "kafka-certificate": Wrong(
        TLS | {"MITMACH_KAFKA_CERTIFICATE_FILE": "{files}/text"},
        ("MITMACH_KAFKA_CERTIFICATE_FILE", "private key in PEM"),
    ),
    "secrets-missing": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/none"}, ("MITMACH_SECRETS_DIR", "no such file")
    ),
    "secrets-file": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/text"}, ("MITMACH_SECRETS_DIR", "not a directory")
    ),
    "secret-empty": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-empty"}, ("PSEUDONYM_KEY", "is empty")
    ),
    "secret-bytes": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-bytes"}, ("PSEUDONYM_KEY", "UTF-8")
    ),
    "secret-folder": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-folder"}, ("PSEUDONYM_KEY", "is a directory")
    ),
    "secret-short": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-short", "MITMACH_PSEUDONYM_KEY": ""},
        ("MITMACH_PSEUDONYM_KEY", "16 "),
    ),
    "secret-unknown": Wrong(
        {"MITMACH_SECRETS_DIR": "{files}/secrets-unknown"},
        ("MITMACH_MONGO_URL", "secrets-unknown/mitmach_mongo_url", f"did you mean {MONGODB}?"),
    ),
    "pseudonym-key": Wrong(
        {"MITMACH_PSEUDONYM_KEY": PASSWORD}, ("MITMACH_PSEUDONYM_KEY", "16 characters")
    ),
    "no-pseudonym-key": Wrong(
        {"MITMACH_PSEUDONYM_KEY": ""}, ("MITMACH_PSEUDONYM_KEY is missing", "logins")
    ),
    "jwks": Wrong({"MITMACH_JWKS_URL": "identity.example/jwks"}, ("JWKS_URL", "https://"), "api"),
    "jwks-host": Wrong({"MITMACH_JWKS_URL": "https:///jwks"}, ("JWKS_URL", "name a host"), "api"),
    "jwks-port": Wrong({"MITMACH_JWKS_URL": "https://i:x/"}, ("JWKS_URL", "port"), "api"),
    "key-file": Wrong(
        {"MITMACH_JWT_KEY_FILE": "{files}/none"}, ("MITMACH_JWT_KEY_FILE", "none"), "api"
    ),
    "key-file-text": Wrong(
        {"MITMACH_JWT_KEY_FILE": "{files}/text"}, ("MITMACH_JWT_KEY_FILE", "PEM"), "api"
    ),
    "no-keys": Wrong({}, ("MITMACH_JWKS_URL or MITMACH_JWT_KEY_FILE",), "api"),
    "jwt-types": Wrong({"MITMACH_JWT_TYPES": "jwt"}, ("JWT_TYPES", 'JSON list such as ["jwt"')),
    "otlp": Wrong({"MITMACH_OTLP_ENDPOINT": "collector:4318"}, ("OTLP_ENDPOINT", "http://")),
    "otel-endpoint": Wrong(
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"},
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"),
    ),
    "otel-traces-endpoint": Wrong(
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:http/"},
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "port"),
    ),
    "otel-timeout": Wrong(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "10s",
        },
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "milliseconds", "whole number"),
    ),
    "otel-certificate": Wrong(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "https://127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_CERTIFICATE": "{files}/none.pem",
        },
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "none.pem", "no such file"),
    ),
    "ratio": Wrong({"MITMACH_TRACE_RATIO": "2"}, ("MITMACH_TRACE_RATIO", "1")),
    "log-level": Wrong({"MITMACH_LOG_LEVEL": "LOUD"}, ("MITMACH_LOG_LEVEL", "'WARNING'")),
    "several": Wrong(
        {"MITMACH_HTTP_PORT": "many", MONGODB: "db", "MITMACH_LOG_FORMAT": "xml"},
        ("MITMACH_HTTP_PORT", MONGODB, "MITMACH_LOG_FORMAT"),
        sentences=3,
    ),
}
