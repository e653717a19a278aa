-- `concentration`: does it all hang on a few people?
--
-- numerator: contributions (posts, comments, contest entries) of the ten most active; denominator: all
-- contributions of the window, by people who were eligible on the day. Nothing is told with one to four
-- contributors, nor with eleven to fourteen: that would say what one to four of them did. gini: of
-- fewer than 50 contributors.
-- Parameters: since, until, points, only_group, only_department (windows.sql). Doubles, not rounded.
with contributors as (
    select back, person, sum(contributions)::bigint as contributions,
        row_number() over (partition by back order by sum(contributions) desc) as place
    from acts_of_windows where contributions > 0 group by back, person
), counted as (
    select back, since, until, count(person) as people,
        coalesce(sum(contributions), 0)::bigint as whole,
        coalesce(sum(contributions) filter (place <= 10), 0)::bigint as of_ten,
        sum((place) * contributions)::bigint as weighted,
        back in (from hidden_departments) as hidden
    from windows left join contributors using (back)
    group by back, since, until
)
select back, since, until,
    hidden or is_few(people) or is_few(people - 10) as suppressed, hidden,
    case when not suppressed then of_ten end as numerator,
    case when not suppressed then whole end as denominator,
    case when not suppressed and whole > 0 then of_ten / whole end as value,
    lead(value) over (order by back) as previous,
    unless_few(people, people) as contributors,
    -- The mean difference of two contributors, by twice the mean.
    case when people between 5 and 49
        then (people + 1 - 2 * weighted / whole) / people end as gini
from counted
qualify back < getvariable('points')
order by back;
