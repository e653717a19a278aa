"""The metrics database: written by the consumer, read by the API and the exporter.

documents.py       collections, indexes, migrations, names of counters
generations.py     the live figures, and those that are being rebuilt
journal/           what each flush adds, the base that it comes into, readers that follow it
columns/           the posts of each day

What the consumer stores:

writer.py          puts together what a flush writes
person_numbers.py  people as numbers
forgetting.py      taking erased people out of it
statements.py      the updates of all other documents

What is read:

totals.py          gross counts
populations.py     who could take part, and who did
posts.py           a post by itself
communities.py     groups and contests
kpi_calculator.py  KPIs, from populations and posts
"""
