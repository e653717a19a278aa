"""What is read of a request: its head, its path, its body, the ids and the cursor in it.

headers.py  names that come twice
paths.py    what is matched with routes, and the ids of people in it
ids.py      UUIDs, whatever their case
bodies.py   one reader for all routes
cursors.py  signed positions in lists
"""
