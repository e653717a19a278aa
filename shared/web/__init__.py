"""Requests: who asks, whether they may ask now, and what they are answered.

http/      what the APIs have in common: app, middleware, routing, problems, OpenAPI
identity/  from a token to a `Principal`
quotas.py  how much one person may make in a day

This room hands commands to the committer and knows nothing of Kafka.
"""
