"""What is read.

follower.py         takes in the journal as it grows, for all that was loaded
published_posts.py  the posts of any day and window
populations.py      who could take part, and who did
kpi_calculator.py   KPIs, from populations and posts
posts.py            a post by itself
totals.py           gross counts
communities.py      groups and contests
"""
