"""What the consumer stores.

A flush costs the bytes of what happened and not the number of things that it happened to: one entry
of the journal for each partition, in the transaction that stores how far it has read.

writer.py      puts together what a flush writes
base.py        the owner of a partition folds its entries into the base, in larger steps
participation.py
               the same for who took part where
statements.py  the updates of all other documents
earlier.py     what earlier versions have stored of posts
forgetting.py  taking erased people out of it
"""
