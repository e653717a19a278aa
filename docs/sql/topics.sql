-- Which topics are in demand (`/v1/stats/topics`, and `topics` of `engagement`)?
--
-- A row per topic of the posts of the window, those with most interactors first, at most fifty. A post
-- on several topics counts under each. engagement: as in engagement.sql; lift: engagement / that of
-- all posts. Topics with one to four viewers are hidden; they don't add up to the total, so nothing
-- else is.
-- Parameters: since, until, now, only_group, only_format, only_topic (windows.sql). Doubles, not
-- rounded.
with cells as (
    select topic, count(*) as posts, sum(early_viewers) as viewers,
        sum(early_interactors) as interactors
    from posts_of_windows join post_topics using (post_id) where back = 0
    group by topic
    order by interactors desc, viewers desc, topic
    limit 50
), total as (
    select share(sum(early_interactors), sum(early_viewers)) as engagement
    from posts_of_windows where back = 0
)
select topic, posts, unless_few(viewers, viewers) as viewers,
    unless_few(cells.interactors, cells.viewers) as interactors,
    share(cells.interactors, cells.viewers) as engagement,
    case when total.engagement > 0
        then share(cells.interactors, cells.viewers) / total.engagement end as lift,
    unless_few(wilson_end(cells.interactors, cells.viewers, -1), cells.viewers) as low,
    unless_few(wilson_end(cells.interactors, cells.viewers, 1), cells.viewers) as high,
    is_few(cells.viewers) as suppressed
from cells, total
order by cells.interactors desc, cells.viewers desc, topic;
