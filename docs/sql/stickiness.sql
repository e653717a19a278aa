-- `stickiness`: do those who come, come often?
--
-- numerator: the mean of the daily active people (DAU) over all days of the window, those without
-- activity too; denominator: |A_w|, who was active on at least one of them.
-- Parameters: since, until, points, only_group, only_department (windows.sql). Doubles, not rounded.
with days as (
    select back, since, until, until - since as days,
        (select count(*) from acts_of_windows as acts where acts.back = windows.back) as active_days,
        (select count(*) from acts_of_windows as acts
            where acts.back = windows.back and day = until - 1) as last_day,
        (select count(*) from active where active.back = windows.back) as active,
        back in (from hidden_departments) as hidden
    from windows
)
select back, since, until,
    case when not hidden then unless_few(active_days / days, active) end as numerator,
    case when not hidden then unless_few(active, active) end as denominator,
    case when not hidden then share(active_days / days, active) end as value,
    hidden or is_few(active) as suppressed, hidden,
    lead(value) over (order by back) as previous,
    active as active_people, last_day, days
from days
qualify back < getvariable('points')
order by back;
