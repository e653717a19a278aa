"""The commands of whoever operates a platform, one module for each word after `mitmach`.

common.py   what all commands have in common: where the platform is, how they end
relay.py    mitmach relay: how far the log was published, and sending it again
"""
