-- `engagement`: how many of those who see posts do something? (By format and topic: formats.sql,
-- topics.sql.)
--
-- numerator: interactors, denominator: viewers, both distinct people per post without its author,
-- within its first seven days, summed over the posts of the window. An interaction that was taken
-- back within the seven days doesn't count.
-- Parameters: since, until, points, now, only_group, only_format, only_topic (windows.sql). Doubles,
-- not rounded.
with pooled as (
    select back, since, until, count(post_id) as posts,
        count(*) filter (counts_until > getvariable('now')::timestamp) as posts_still_counted,
        coalesce(sum(early_viewers), 0) as viewers, coalesce(sum(early_interactors), 0) as interactors
    from windows left join posts_of_windows using (back)
    group by back, since, until
)
select back, since, until,
    unless_few(interactors, viewers) as numerator, unless_few(viewers, viewers) as denominator,
    share(interactors, viewers) as value, is_few(viewers) as suppressed,
    lead(value) over (order by back) as previous,
    posts, posts_still_counted,
    unless_few(wilson_end(interactors, viewers, -1), viewers) as low,
    unless_few(wilson_end(interactors, viewers, 1), viewers) as high
from pooled
qualify back < getvariable('points')
order by back;
