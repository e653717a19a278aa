"""What happens without a request: counting members, following accounts, clearing up.

member_counts.py  counts the members of each group, from the service's own events
sweeper.py        does by the clock what suspensions, erasures and deletions leave to be done
"""
