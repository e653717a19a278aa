"""The commands of whoever operates a platform, one module for each word after `mitmach`.

common.py   what all commands have in common: where the platform is, how they end
dlq.py      mitmach dlq: dead letters, and what becomes of them
relay.py    mitmach relay: how far the log was published, and sending it again
replay.py   mitmach replay: all events counted again, beside the live figures
"""
