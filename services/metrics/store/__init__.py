"""The metrics database: written by the consumer, read by the API and the exporter.

documents.py       collections, indexes, names of counters
migrations.py      what earlier versions have stored
history.py         since when figures are complete
generations.py     the live figures, and those that are being rebuilt
person_numbers.py  people as numbers
journal_entry.py   what a flush adds to posts and to sets of people
columns/           the posts of a day, as both sides have them in memory
write/             what the consumer stores
read/              what is read: one follower of the journal, and what it keeps up to date
"""
