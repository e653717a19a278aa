"""What the service does by itself, when events tell it to.

audience_copy.py  keeps what must be known of people, groups and channels
readership.py     carries a group's visibility to its posts
counting.py       counts reactions, comments, shares and views beside posts
"""
