"""A column store in small: posts by day of publication, with all that they came to.

layout.py           which columns there are
post_news.py        what a flush adds to posts, in columns
day_table.py        the posts of a day and partition: changed by news, stored in pages
participation.py    who took part in which group and on which topics, by day

Readers take the tables and sum them:

dictionary.py       codes for formats and topics
topic_bounds.py     how many topics of a day are counted
post_columns.py     posts as numpy columns: selected, merged, concatenated; those of a day
sums.py             a batch of posts, and its sums by format, by topic, of answers
"""
