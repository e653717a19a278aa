"""What routes are written with.

models.py          base models of bodies
fields.py          the rule for texts, as types of fields
media.py           references to media in bodies
batches.py         items of a batch that stand each for themselves
pages.py           lists in pages
versions.py        ETag, If-Match, 304
measured.py        the hot routes, without FastAPI's layers
measured_table.py  finding them without the router
query_table.py     which query parameters each route has; others are refused
"""
