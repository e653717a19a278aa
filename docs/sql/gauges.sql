-- What Prometheus shows of this moment: people, programs, groups in use, posts that wait.
--
-- mitmach_active_people: A_w of today and of the last 7 and 30 complete days; mitmach_eligible_people:
-- E_w of today; mitmach_programs: their accounts, without the erased; mitmach_groups: groups in use by
-- state (groups.sql), but not the group of everyone; mitmach_posts_unanswered: posts of active humans
-- of the last 30 days, in groups in use, that no comment of another person answers. Operators see
-- these numbers as they are, also below five.
-- Parameter: now (windows.sql).
with moment as (
    select getvariable('now')::timestamp as now, getvariable('now')::timestamp::date as today
), spans as (
    select label, today + first_day as since, today + day_after as until
    from moment, (values ('today', 0, 1), ('7d', -7, 0), ('30d', -30, 0)) of(label, first_day, day_after)
)
select 'mitmach_active_people' as name, label, count(distinct person)::double as value
from spans left join acts on day >= since and day < until
group by label
union all
select 'mitmach_eligible_people', '', count(distinct person)
from moment join active_spans on begins < today + 1 and coalesce(ends, 'infinity') >= today
union all
select 'mitmach_programs', '', count(*)
from moment join accounts on not human and activated_at < today + 1
    and coalesce(erased_at, 'infinity') >= today + 1
union all
select 'mitmach_groups', state, count(group_id)
from (values ('alive'), ('at_risk'), ('dormant')) states(state) left join (
    from group_figures where status = 'active' and kind <> 'everyone') using (state)
group by state
union all
select 'mitmach_posts_unanswered', '', count(*)
from moment join post_figures on published_at >= now - interval 30 days
where by_human and visible and first_response_at is null and group_id not in (
    select group_id from group_figures where status <> 'active')
order by name, label;
