"""What happens after the answer: counting members, following accounts, clearing up.

member_counts.py  projection: how many members each group has, from the service's own events
sweeper.py        clock: what suspensions, erasures and deletions leave to be done
"""
