"""Which fixtures exist; what they do is written in the modules named here."""

from hypothesis import settings

from tests.support.scratch import use_memory, use_own_ports

use_memory()
use_own_ports()

# No example has a time limit of its own: a busy machine would fail what is right.
settings.register_profile("mitmach", deadline=None)
settings.load_profile("mitmach")

pytest_plugins = [
    "tests.support.mongodb",
    "tests.support.brokers",
    "tests.support.longest_first",
    "tests.support.summary",
]
