"""What happens without a request: counting members, following accounts, clearing up.

member_counts.py  counts the members of each group, from the service's own events
erasures.py       notes which services are done with an erasure
sweeper.py        does by the clock what changes of accounts and deletions leave to be done
"""
