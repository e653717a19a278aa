-- `adoption`: how many of those who could take part do?
--
-- numerator: |A_w|, active humans with a view, an interaction or a contribution on a day on which they
-- were eligible; denominator: |E_w|, active humans on at least one day of the window.
-- activation: accounts ever activated / accounts invited or activated, both before the window's end
-- and without those erased until then. `programs`: accounts of programs, counted apart.
-- Parameters: since, until, points, only_group, only_department (windows.sql). Doubles, not rounded.
with people as (
    select back, since, until,
        (select count(*) from active where active.back = windows.back) as active,
        (select count(*) from eligible where eligible.back = windows.back) as eligible,
        back in (from hidden_departments) as hidden
    from windows
), known as (
    select back,
        count(*) filter (human and known_at < until) as known,
        count(*) filter (human and activated_at < until) as activated,
        count(*) filter (not human and activated_at < until) as programs
    from windows left join accounts on coalesce(erased_at, 'infinity') >= until
        -- Those who are asked about: members or people of the department on the window's last day.
        and (getvariable('only_group') is null or exists (
            from eligible_on_days as members
            where members.back = windows.back and day = until - 1 and members.person = accounts.person))
        and (getvariable('only_department') is null or exists (
            from department_spans as told
            where told.person = accounts.person
                and department = getvariable('only_department')::varchar
                and begins < until and coalesce(ends, 'infinity') >= until))
    group by back
)
select back, since, until,
    case when not hidden then unless_few(active, eligible) end as numerator,
    case when not hidden then unless_few(eligible, eligible) end as denominator,
    case when not hidden then share(active, eligible) end as value,
    hidden or is_few(eligible) as suppressed, hidden,
    lead(value) over (order by back) as previous,
    unless_few(activated, known) as activated, unless_few(known, known) as invited_or_activated,
    share(activated, known) as activation, programs
from people join known using (back)
qualify back < getvariable('points')
order by back;
