"""The installation: what happens once, before services start. Secrets; users, rights and topics.

secrets.py   random passwords and keys, made on the operator's machine
rights.py    who may do what in Kafka, derived from the topics' own plans
requests.py  what Kafka is asked for that its client can't ask for
kafka.py     topics, users and rules on a broker
run.py       `mitmach init`: all of it, safe to repeat
"""
