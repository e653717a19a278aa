"""Counting everything again beside the live figures, and changing to what came out.

replay.py       from the beginning of the topics to the switch, in steps that can be resumed
comparison.py   two sets of figures, event by event, although both go on counting
switchover.py   consumer and API go over to other figures while they run
"""
