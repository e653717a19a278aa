-- `topic_demand`: how many take up a topic, and do they become more?
--
-- numerator: x, active humans who commented on a post on the topic, reacted to it, shared it or voted
-- in its poll; denominator: |E_w|. Without only_topic: a post on any topic. momentum: (x + 1) / (mean of
-- x in the 4 windows before + 1).
-- Parameters: since, until, points, only_topic, only_department (windows.sql). Doubles, not rounded.
with spans as (
    select back, number, since - (number * (until - since))::int as since,
        until - (number * (until - since))::int as until
    from windows, range(5) numbers(number)
), taking_up as (
    select back, number, count(distinct taken_up.person) as x
    from spans left join taken_up on day >= since and day < until
        and (getvariable('only_topic') is null or topic = getvariable('only_topic')::varchar)
        and (getvariable('only_department') is null or exists (
            from department_spans as told
            where told.person = taken_up.person
                and department = getvariable('only_department')::varchar
                and begins <= day and day < coalesce(ends, 'infinity')))
    group by back, number
), counted as (
    select back, since, until,
        (select x from taking_up where taking_up.back = windows.back and number = 0) as x,
        (select sum(x) from taking_up where taking_up.back = windows.back and number > 0) as before,
        (select count(*) from eligible where eligible.back = windows.back) as eligible,
        back in (from hidden_departments) as hidden
    from windows
)
select back, since, until,
    case when not hidden then unless_few(x, eligible) end as numerator,
    case when not hidden then unless_few(eligible, eligible) end as denominator,
    case when not hidden then share(x, eligible) end as value,
    hidden or is_few(eligible) as suppressed, hidden,
    lead(value) over (order by back) as previous,
    case when not is_few(eligible) then (x + 1) / (before / 4 + 1) end as momentum
from counted
qualify back < getvariable('points')
order by back;
