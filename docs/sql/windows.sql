-- The window that is asked for, the ones before it, and the posts that the filters leave.
--
--   set variable since = date '2026-11-01';  -- first day of the window (UTC)
--   set variable until = date '2026-11-08';  -- the day after its last one
--   set variable points = 1;                 -- how many windows of this length, one before the other
--   set variable now = timestamp '2026-11-09 08:00:00';  -- UTC: up to when events were exported
--   set variable only_group = null;          -- the id of a group, or null: all
--   set variable only_format = null;         -- such as 'video', or null: all
--   set variable only_topic = null;          -- in the spelling of posts, such as 'remote-work', or null
--   set variable only_department = null;     -- such as 'sales', or null: all

-- `back` counts from the asked one, 0. There is one more than the points: it is before the last.
create or replace view windows as
select back::int as back, since_ - (back * (until_ - since_))::int as since,
    until_ - (back * (until_ - since_))::int as until
from (select getvariable('since')::date as since_, getvariable('until')::date as until_),
    range(getvariable('points')::bigint + 1) numbers(back);

-- The posts of each window that KPIs are about: of active humans, neither deleted nor hidden.
create or replace view posts_of_windows as
select windows.back, post_figures.*
from windows join post_figures on published_at >= since and published_at < until
where by_human and visible
    and (getvariable('only_group') is null or group_id = getvariable('only_group')::varchar)
    and (getvariable('only_format') is null or format = getvariable('only_format')::varchar)
    and (getvariable('only_topic') is null or post_id in (
        select post_id from post_topics where topic = getvariable('only_topic')::varchar));

-- Who was eligible on each day of each window, of those who are asked about: all people, the members
-- of a group, or those of a department, each day those who were in it. All belong to the group of all.
create or replace view eligible_on_days as
with days as (
    select back, since + number::int as day
    from windows, range(366) numbers(number) where since + number::int < until
)
select distinct back, day, people.person
from days join active_spans as people
    on people.begins < day + 1 and coalesce(people.ends, 'infinity') >= day
where (getvariable('only_group') is null
        or getvariable('only_group')::varchar = '00000000-0000-7000-8000-000000000000'
        or exists (
            from membership_spans as belonging
            where belonging.group_id = getvariable('only_group')::varchar
                and belonging.person = people.person
                and greatest(belonging.begins, people.begins) < day + 1
                and least(coalesce(belonging.ends, 'infinity'), coalesce(people.ends, 'infinity'))
                    >= greatest(day, belonging.begins, people.begins)))
    and (getvariable('only_department') is null or exists (
        from department_spans as department
        where department.person = people.person
            and department = getvariable('only_department')::varchar
            and department.begins <= day and day < coalesce(department.ends, 'infinity')));

-- How many were eligible in each window (E_w), and what each of the active did: the highest rung.
create or replace view eligible as
select back, person
from windows join active_spans on begins < until and coalesce(ends, 'infinity') >= since
where getvariable('only_group') is null and getvariable('only_department') is null
group by back, person
union all
select distinct back, person
from eligible_on_days
where getvariable('only_group') is not null or getvariable('only_department') is not null;

create or replace view acts_of_windows as
select back, person, day, read_a_post, interacted, created, contributions
from windows join acts on day >= since and day < until
where getvariable('only_group') is null and getvariable('only_department') is null
union all
select back, person, day, read_a_post, interacted, created, contributions
from acts join eligible_on_days using (person, day)
where getvariable('only_department') is not null
union all
select back, person, day, read_a_post, interacted, created, contributions
from acts_in_groups join eligible_on_days using (person, day)
where group_id = getvariable('only_group')::varchar;

create or replace view active as
select back, person, bool_or(read_a_post) as read_a_post,
    case when bool_or(created) then 'creators' when bool_or(interacted) then 'interactors'
        else 'viewers' end as rung
from acts_of_windows
group by back, person;

-- Whether the department that is asked about must stay hidden in a window: one to four people are in
-- it, or are told from the others. All departments, and the people without one, are everybody.
create or replace view hidden_departments as
with sizes as (
    select windows.back, coalesce(department, '') as name, count(distinct people.person) as people
    from windows join active_spans as people
        on people.begins < until and coalesce(people.ends, 'infinity') >= since
    join department_spans as department on department.person = people.person
        and greatest(department.begins, people.begins::date, since)
            <= least(coalesce(department.ends - 1, 'infinity'),
                coalesce(people.ends::date, 'infinity'), until - 1)
    group by windows.back, name
), ranked as (
    select *, count(*) filter (is_few(people)) over (partition by back) as few_cells,
        coalesce(sum(people) filter (is_few(people)) over (partition by back), 0) as few_people,
        count(*) filter (people >= 5) over before as cells_before,
        coalesce(sum(people) filter (people >= 5) over before, 0) as people_before
    from sizes
    window before as (partition by back order by people, name
        rows between unbounded preceding and 1 preceding)
)
select back from ranked
where name = getvariable('only_department')::varchar and (is_few(people) or people >= 5
    and few_cells > 0 and not (few_cells + cells_before >= 2 and few_people + people_before >= 5));

-- What each group came to up to now: see groups.sql.
create or replace view group_figures as
with about as (
    select group_id, last(group_kind order by time, place) as kind,
        last(visibility order by time, place) as visibility,
        min(time) filter (type = 'mitmach.group.created') as created_at,
        last(case type when 'mitmach.group.archived' then 'archived'
            when 'mitmach.group.deleted' then 'deleted' else 'active' end order by time, place)
            filter (type in ('mitmach.group.created', 'mitmach.group.archived',
                'mitmach.group.restored', 'mitmach.group.deleted')) as status
    from events
    where starts_with(type, 'mitmach.group.') or starts_with(type, 'mitmach.membership.')
    group by group_id
), belonging as (
    select group_id, member as person,
        last(type order by time, place) = 'mitmach.membership.joined' as belongs
    from events
    where type in ('mitmach.membership.joined', 'mitmach.membership.left',
        'mitmach.membership.removed')
    group by group_id, member
), members as (
    select group_id, count(distinct person) as members
    from belonging join active_spans using (person) where belongs and ends is null group by group_id
), contributions as (
    select group_id, count(*) filter (type = 'mitmach.post.published') as posts,
        count(*) filter (type = 'mitmach.comment.added') as comments,
        count(*) filter (type = 'mitmach.entry.submitted') as entries,
        max(time) as last_contribution_at
    from events
    where type in ('mitmach.post.published', 'mitmach.comment.added', 'mitmach.entry.submitted')
        and coalesce(human, author_human)
    group by group_id
)
select group_id, kind, visibility, status,
    getvariable('now')::timestamp - coalesce(last_contribution_at, created_at) as silent_for,
    case when silent_for < interval 14 days then 'alive'
        when silent_for < interval 45 days then 'at_risk' else 'dormant' end as state,
    coalesce(members, 0) as members, coalesce(posts, 0) as posts, coalesce(comments, 0) as comments,
    coalesce(entries, 0) as entries, last_contribution_at
from about left join members using (group_id) left join contributions using (group_id);
