-- `adoption`: how many of those who could take part do?
--
-- numerator: |A_w|, active humans with a view, an interaction or a contribution on a day on which they
-- were eligible; denominator: |E_w|, active humans on at least one day of the window.
-- activation: accounts ever activated / accounts invited or activated, both before the window's end
-- and without those erased until then. `programs`: accounts of programs, counted apart.
-- Parameters: since, until, points (windows.sql). Doubles, not rounded.
with people as (
    select back, since, until,
        (select count(*) from active where active.back = windows.back) as active,
        (select count(*) from eligible where eligible.back = windows.back) as eligible
    from windows
), known as (
    select back,
        count(*) filter (human and known_at < until) as known,
        count(*) filter (human and activated_at < until) as activated,
        count(*) filter (not human and activated_at < until) as programs
    from windows left join accounts on coalesce(erased_at, 'infinity') >= until
    group by back
)
select back, since, until,
    unless_few(active, eligible) as numerator, unless_few(eligible, eligible) as denominator,
    share(active, eligible) as value, is_few(eligible) as suppressed,
    lead(value) over (order by back) as previous,
    unless_few(activated, known) as activated, unless_few(known, known) as invited_or_activated,
    share(activated, known) as activation, programs
from people join known using (back)
qualify back < getvariable('points')
order by back;
