"""Which fixtures exist; what they do is written in the modules named here."""

from tests.support.scratch import use_memory, use_own_ports

use_memory()
use_own_ports()

pytest_plugins = [
    "tests.support.mongodb",
    "tests.support.brokers",
    "tests.support.longest_first",
    "tests.support.summary",
]
