"""The journal: what each flush has added, one document per partition, before it is in the base.

A flush costs the bytes of what happened and not the number of things that it happened to. It counts
from the moment at which its entry is stored, in the transaction that stores how far it has read.

    entry.py      an entry, and how it is stored
    base.py       the owner of a partition folds its entries into the base, in larger steps
    follower.py   readers take in entries as they come
"""
