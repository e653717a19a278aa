"""What can be done: one frozen value per act, with what it must know and what it decides. Pure.

publishing.py  publish, edit, delete a post
reacting.py    put, change and take back a reaction, to a post or to a comment
commenting.py  comment, reply, edit, delete
answering.py   correct which comment answers a post first
viewing.py     view one post or many
sharing.py     pass a post on
scene.py       what most of them read, and what every event about a post says
"""
