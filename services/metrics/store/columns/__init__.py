"""A column store in small: posts by day of publication, with what rates need of them.

The consumer writes it, in the collection `sheets`, whose documents are pages:

column_page.py      a page: up to some hundred posts in typed columns, changed in memory, stored
day_columns.py      the pages of a day and partition; those of all days that are in memory

Readers take the pages and sum them:

dictionary.py       codes for formats and topics
topic_bounds.py     how many topics of a day are counted
post_columns.py     posts as numpy columns: selected, merged, concatenated
cached_pages.py     pages without copies, and the visible posts of a day from them
sums.py             a batch of posts, and its sums by format, by topic, of answers
published_posts.py  the posts of any window, kept up to date
"""
