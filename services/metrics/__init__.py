"""Metrics: counts every event once, and answers what the numbers say about the community.

Owns      totals, one record per post, daily sets of people, the KPI catalogue.
Emits     nothing yet.
Consumes  the people, groups, posts and contests topics; never the sealed ballots.
Serves    /v1/kpis, /v1/stats, /v1/live, /board, /metrics.
"""
