-- `responsiveness`: does who says something get an answer?
--
-- numerator: posts that another active human commented within seven days, in a comment that stood at
-- their end; denominator: posts at least seven days old. A window that reaches into the running day
-- judges younger posts too. appreciation: the same with a comment or a reaction to the post itself.
-- Times: whole seconds to the first comment of another person that still stands; median and 90th
-- percentile by nearest rank.
-- Parameters: since, until, points, now, only_group, only_format, only_topic (windows.sql). Doubles,
-- not rounded.
with judged as (
    select back, since, until, post_id, answered, appreciated, seconds_to_first_response,
        counts_until <= getvariable('now')::timestamp
            or until > getvariable('now')::timestamp::date as old_enough
    from windows left join posts_of_windows using (back)
), counted as (
    select back, since, until,
        count(post_id) filter (old_enough) as posts,
        count(post_id) filter (not old_enough) as posts_too_young,
        count(post_id) filter (old_enough and answered) as answered,
        count(post_id) filter (old_enough and appreciated) as appreciated,
        list(seconds_to_first_response order by seconds_to_first_response)
            filter (old_enough and seconds_to_first_response is not null) as waits
    from judged
    group by back, since, until
)
select back, since, until, answered as numerator, posts as denominator,
    case when posts > 0 then answered / posts end as value, false as suppressed,
    lead(value) over (order by back) as previous,
    1 - value as unanswered, case when posts > 0 then appreciated / posts end as appreciation,
    appreciated, posts_too_young,
    waits[(len(waits) + 1) // 2] as median_seconds,
    waits[(9 * len(waits) + 9) // 10] as p90_seconds
from counted
qualify back < getvariable('points')
order by back;
