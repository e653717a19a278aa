-- Who could take part when, and who did what on which day: active humans, and nobody else.
-- Needs an export with the logs of groups, posts and contests in which people are joined.

-- When the account of each human being was in use. `ends` is null where it still is.
create or replace table active_spans as
select person, begins, ends
from (
    select person, time as begins,
        lead(time) over (partition by person order by time, place) as ends,
        -- Who is reinstated without ever having been here is invited again, and not active.
        type = 'mitmach.person.activated'
            or (type = 'mitmach.person.reinstated' and status = 'active') as active
    from events
    where account = 'human' and type in (
        'mitmach.person.activated', 'mitmach.person.suspended', 'mitmach.person.reinstated',
        'mitmach.person.left', 'mitmach.person.erased'))
where active;

-- Accounts of people and of programs, and what became of them.
create or replace table accounts as
select person, any_value(account) = 'human' as human,
    min(time) filter (type in ('mitmach.person.invited', 'mitmach.person.activated')) as known_at,
    min(time) filter (type = 'mitmach.person.activated') as activated_at,
    min(time) filter (type = 'mitmach.person.erased') as erased_at
from events
where starts_with(type, 'mitmach.person.')
group by person;

-- When each person belonged to which group. `ends` is null where they still do.
create or replace table membership_spans as
select group_id, person, begins, ends
from (
    select group_id, member as person, time as begins,
        lead(time) over (partition by group_id, member order by time, place) as ends,
        type = 'mitmach.membership.joined' as belongs
    from events
    where type in ('mitmach.membership.joined', 'mitmach.membership.left',
        'mitmach.membership.removed'))
where belongs;

-- In which department each person was, from which day (UTC) until before which; null: in none.
create or replace table department_spans as
select person, department, day as begins,
    lead(day) over (partition by person order by day) as ends
from (
    select person, time::date as day, last(department order by time, place) as department
    from (select person, time, place, coalesce(department, '') as department from events
        where account = 'human' and type in ('mitmach.person.invited', 'mitmach.person.activated',
            'mitmach.person.changed'))
    group by person, day);

-- What each active human did on each day (UTC) in each group: a row per person, day and group with
-- an act. A sign-in is none. An interaction with a post implies that it was viewed.
create or replace table acts_in_groups as
with done as (
    select case type when 'mitmach.post.published' then author else actor end as person,
        time::date as day, group_id,
        type in ('mitmach.post.viewed', 'mitmach.post.read_confirmed', 'mitmach.comment.added',
            'mitmach.reaction.added', 'mitmach.reaction.changed', 'mitmach.post.shared',
            'mitmach.poll.voted') as read_a_post,
        type in ('mitmach.comment.added', 'mitmach.reaction.added', 'mitmach.reaction.changed',
            'mitmach.post.shared', 'mitmach.poll.voted', 'mitmach.ballot.cast',
            'mitmach.ballot.changed') as interacted,
        type in ('mitmach.post.published', 'mitmach.entry.submitted') as created,
        type in ('mitmach.post.published', 'mitmach.comment.added', 'mitmach.entry.submitted')
            as contributed
    from events
    where (read_a_post or interacted or created or type = 'mitmach.entry.viewed')
        and coalesce(human, author_human)
)
select person, day, group_id, bool_or(read_a_post) as read_a_post,
    bool_or(interacted) as interacted, bool_or(created) as created,
    count(*) filter (contributed) as contributions
from done
where exists (
    from active_spans
    where active_spans.person = done.person
        and begins < day + 1 and coalesce(ends, 'infinity') >= day)
group by person, day, group_id;

-- The same wherever it was.
create or replace table acts as
select person, day, bool_or(read_a_post) as read_a_post, bool_or(interacted) as interacted,
    bool_or(created) as created, sum(contributions) as contributions
from acts_in_groups
group by person, day;

-- Who took up which topic on which day: active humans who commented on a post, reacted to it, shared
-- it or voted in its poll, under the topics that it had at that moment.
create or replace table taken_up as
with done as (
    select actor as person, time::date as day, unnest(topics) as topic
    from events
    where human and type in ('mitmach.comment.added', 'mitmach.reaction.added',
        'mitmach.reaction.changed', 'mitmach.post.shared', 'mitmach.poll.voted')
)
select distinct person, day, topic
from done
where exists (
    from active_spans
    where active_spans.person = done.person
        and begins < day + 1 and coalesce(ends, 'infinity') >= day);
