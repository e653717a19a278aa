"""What the services promise each other and their callers; everything here is pure.

events/       every event: its data, its topic, its version, and the words that its fields use
access/       who may do what: one table and one function
errors.py     refusals as categories; which HTTP status each becomes is the web's business
refusals.py   those that more than one service gives
principal.py  an authenticated caller: who that is on the platform, and where they stand
tags.py       the one spelling of what groups and posts are about
texts.py      what may be written
spelling.py   words in a text of any script
media.py      references to pictures, films and files
services.py   the services of the platform by name
ids.py        identifiers: UUIDv7
moments.py    the time, as it is stored and counted by

This room knows none of the others: no database, no broker, no framework.
"""
