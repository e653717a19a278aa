"""What can be done: one frozen value per act, with what it must know and what it decides. Pure.

context.py        what commands read and check first: who acts, in front of which post
events.py         typed builders of the events that they cause
posts.py          publish, edit, delete a post
comments.py       comment, reply, edit, delete
reactions.py      put, change and take back a reaction, to a post or to a comment
views.py          view one post or many
shares.py         pass a post on
first_answers.py  correct which comment answers a post first
cleanup.py        delete what was in a deleted group
"""
