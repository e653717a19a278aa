"""A history from another platform: read, brought into order, and recorded through the public API.

acts.py   what can have happened: the neutral format, one act per line
"""
