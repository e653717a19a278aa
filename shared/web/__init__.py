"""The way of a request: who asks, whether there is a place for it, and what they are answered.

http/      the application, its middleware, routes, problems, cursors, OpenAPI
identity/  from a token to a `Principal`
quotas.py  how much one person may make in a day

This room hands commands to the committer and knows nothing of Kafka.
"""
