-- `stickiness`: do those who come, come often?
--
-- numerator: the mean of the daily active people (DAU) over all days of the window, those without
-- activity too; denominator: |A_w|, who was active on at least one of them.
-- Parameters: since, until, points (windows.sql). Doubles, not rounded.
with days as (
    select back, since, until, until - since as days,
        (select count(*) from acts where day >= since and day < until) as active_days,
        (select count(*) from acts where day = until - 1) as last_day,
        (select count(*) from active where active.back = windows.back) as active
    from windows
)
select back, since, until,
    unless_few(active_days / days, active) as numerator, unless_few(active, active) as denominator,
    share(active_days / days, active) as value, is_few(active) as suppressed,
    lead(value) over (order by back) as previous,
    active as active_people, last_day, days
from days
qualify back < getvariable('points')
order by back;
