"""Which fixtures exist; what they do is written in the modules named here."""

pytest_plugins = [
    "tests.support.mongodb",
    "tests.support.brokers",
    "tests.support.summary",
]
