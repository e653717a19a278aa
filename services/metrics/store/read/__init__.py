"""What is read.

follower.py         takes in the journal as it grows, for all that was loaded
published_posts.py  the posts of any day and window
populations.py      who could take part, and who did
participation.py    who took part in which group, and on which topics
memberships.py      who belonged to a group, on any day
growing_tables.py   tables of these that grow with the journal
kpi_calculator.py   KPIs, from populations, participation and posts
posts.py            a post by itself
totals.py           gross counts
communities.py      groups and contests
"""
