"""The commands of whoever operates a platform, one module for each word after `mitmach`.

common.py   what all commands have in common: where the platform is, how they end
dlq.py      mitmach dlq: dead letters, and what becomes of them
importing.py  mitmach import: the history of another platform
log.py      mitmach log: events out of the services' logs, as lines of JSON
migrate.py  mitmach migrate: stored documents brought to the version of this program
relay.py    mitmach relay: how far the log was published, and sending it again
replay.py   mitmach replay: all events counted again, beside the live figures
tail.py     mitmach tail: events as they come
verify.py   mitmach verify: what was acknowledged, published and counted, compared
"""
