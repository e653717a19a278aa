"""Recording: acts in the order of time become requests, and the platform records them once.

ids.py             which id the platform gives to what the source calls something
requests.py        what the platform is asked, and what that takes to know of the source
group_requests.py  acts about people, groups, members and channels; `post_requests.py`: others
translation.py     from acts to requests
order.py           which of them may go now
lead.py            how far all of it is ahead of the figures
api.py             the platform as it is talked to: patiently
recorder.py        sends what may go, and gives what became of each act
journal.py         what is on its way, and what became of it, in the spool
"""
