"""A history from another platform: read, brought into order, and recorded through the public API.

acts.py       what can have happened: the neutral format, one act per line
causes.py     what acts have to do with each other, and which comes first
moments.py    moments as exports write them
problems.py   what isn't taken, or not as it is; `report.py` counts it
reading.py    lines and documents, out of a plain file or an archive that nobody trusts
reactions.py  emoji, and which reaction each of them is
sources/      the exports of other platforms, told in acts
fitting.py    acts as the platform takes them
spool.py      all acts of an import in the order of time, and how far it has come
checks.py     whether they make sense together
gathering.py  all of it: from a file to a spool that is ready to be sent
recording/    from the acts in their order to what the platform has of them
run.py        an import from beginning to end
"""
