"""The metrics database: written by the consumer, read by the API and the exporter.

documents.py   collections, indexes, names
generations.py the live figures, and those that are being rebuilt
writer.py      numbering.py  bitmaps.py  statements.py                what the consumer stores
sheets.py      pages.py                                               and what it stores for sums
totals.py      populations.py  posts.py  communities.py               what is read
published.py   rows.py  bounds.py  sums.py                           sums over posts
    catalogue.py   KPIs, from what is read
"""
