-- `reach`: whom do posts reach? (Which format reaches most: formats.sql.)
--
-- numerator: people who viewed at least one post, on a day on which they were eligible; denominator:
-- |E_w|. Of the posts of the window: viewers of the first seven days who belonged to the audience /
-- audiences, both summed; hidden where fewer than five could see them, or did.
-- Parameters: since, until, points, only_group (windows.sql). Doubles, not rounded.
with people as (
    select back, since, until,
        (select count(*) from active where active.back = windows.back and read_a_post) as readers,
        (select count(*) from eligible where eligible.back = windows.back) as eligible
    from windows
), pooled as (
    select windows.back, count(post_id) as posts, coalesce(sum(audience), 0) as audience,
        coalesce(sum(early_reached), 0) as reached, coalesce(sum(early_viewers), 0) as viewers,
        count(*) filter (counts_until > getvariable('now')::timestamp) as posts_still_counted
    from windows left join posts_of_windows using (back)
    group by windows.back
)
select back, since, until,
    unless_few(readers, eligible) as numerator, unless_few(eligible, eligible) as denominator,
    share(readers, eligible) as value, is_few(eligible) as suppressed,
    lead(value) over (order by back) as previous,
    posts, posts_still_counted, is_few(audience) or is_few(viewers) as posts_suppressed,
    case when not posts_suppressed then audience end as posts_audience,
    case when not posts_suppressed then reached end as posts_reached,
    case when not posts_suppressed then viewers - reached end as posts_spill,
    case when not posts_suppressed then share(reached, audience) end as posts_reach
from people join pooled using (back)
qualify back < getvariable('points')
order by back;
