"""Settings: what can be set from outside, each a field, read from `MITMACH_...` variables.

Nothing here is read at import time: `load(ServiceSettings)` in a `__main__`, or
`ServiceSettings(field=...)` in a test and in the one-process platform. Groups of settings are
mixins, so that a part asks for no more than it needs: `shared.delivery.kafka` takes
`KafkaSettings`, and a `ServiceSettings` is a `KafkaSettings` too.

A setting can also be a file: `MITMACH_SECRETS_DIR=/run/secrets` reads
`/run/secrets/mitmach_pseudonym_key`. An environment variable wins over the file.

sections.py   the settings, a class per section
addresses.py  what an address of an installation or of a page may be
forms.py      what the other texts must look like: connection strings, lists, files
loading.py    reading them, what is said when one is wrong, and the help page
unknown.py    variables and secret files that nothing reads, and what was meant
names.py      the names of all settings of all programs
"""

from shared.runtime.settings.addresses import cors_origins
from shared.runtime.settings.forms import hosts_of, readable_file, web_address
from shared.runtime.settings.loading import Settings, SettingsError, describe, load
from shared.runtime.settings.sections import (
    HttpSettings,
    IdentitySettings,
    KafkaSettings,
    MongoSettings,
    QuotaSettings,
    ReadableFile,
    ServerList,
    ServiceSettings,
    TelemetrySettings,
    WebAddress,
)
from shared.runtime.settings.unknown import OTHERS, PREFIX

__all__ = [
    "OTHERS",
    "PREFIX",
    "HttpSettings",
    "IdentitySettings",
    "KafkaSettings",
    "MongoSettings",
    "QuotaSettings",
    "ReadableFile",
    "ServerList",
    "ServiceSettings",
    "Settings",
    "SettingsError",
    "TelemetrySettings",
    "WebAddress",
    "cors_origins",
    "describe",
    "hosts_of",
    "load",
    "readable_file",
    "web_address",
]
