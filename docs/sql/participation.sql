-- `participation`: do people move from consuming to taking part?
--
-- numerator: who created (C) or interacted (I); denominator: |E_w|. Everybody is counted on the
-- highest rung of the ladder that they reached: creators, interactors, viewers, else inactive.
-- activation flow: of those who only viewed in the window before and are eligible in this one, who
-- created or interacted in this one.
-- Parameters: since, until, points, only_group, only_department (windows.sql). Doubles, not rounded.
with counted as (
    select back, since, until,
        (select count(*) from eligible where eligible.back = windows.back) as eligible,
        (select count(*) from active where active.back = windows.back) as active,
        (select count(*) from active where active.back = windows.back and rung = 'creators') as c,
        (select count(*) from active where active.back = windows.back and rung = 'interactors') as i,
        (select count(*) from active where active.back = windows.back and rung = 'viewers') as v,
        (select count(*) from active as watched
            join eligible on eligible.back = windows.back and eligible.person = watched.person
            where watched.back = windows.back + 1 and watched.rung = 'viewers') as watched,
        (select count(*) from active as watched
            join active as moved on moved.back = windows.back and moved.person = watched.person
                and moved.rung <> 'viewers'
            where watched.back = windows.back + 1 and watched.rung = 'viewers') as moved,
        back in (from hidden_departments) as hidden,
        back + 1 in (from hidden_departments) as hidden_before
    from windows
), few as (
    -- A split of a handful of active people tells what each of them did.
    select *, is_few(active) or is_few(eligible) as few from counted
)
select back, since, until,
    case when not hidden then unless_few(c + i, eligible) end as numerator,
    case when not hidden then unless_few(eligible, eligible) end as denominator,
    case when not hidden then share(c + i, eligible) end as value,
    hidden or is_few(eligible) as suppressed, hidden, hidden_before,
    lead(value) over (order by back) as previous,
    case when not few then c end as creators,
    case when not few then i end as interactors,
    case when not few then v end as viewers,
    unless_few(eligible - active, eligible) as inactive,
    case when not few then share(c, eligible) end as creators_of_eligible,
    case when not few then share(i, eligible) end as interactors_of_eligible,
    case when not few then share(v, eligible) end as viewers_of_eligible,
    share(eligible - active, eligible) as inactive_of_eligible,
    case when not few then share(c, active) end as creators_of_active,
    case when not few then share(i, active) end as interactors_of_active,
    case when not few then share(v, active) end as viewers_of_active,
    unless_few(moved, watched) as began_to_take_part,
    unless_few(watched, watched) as only_viewed_before,
    share(moved, watched) as activation_flow
from few
qualify back < getvariable('points')
order by back;
