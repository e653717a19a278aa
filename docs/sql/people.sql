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

-- What each active human did on each day (UTC): a row per person and day with an act. A sign-in is
-- none. An interaction with a post implies that it was viewed.
create or replace table acts as
with done as (
    select case type when 'mitmach.post.published' then author else actor end as person,
        time::date as day,
        type in ('mitmach.post.viewed', 'mitmach.post.read_confirmed', 'mitmach.comment.added',
            'mitmach.reaction.added', 'mitmach.reaction.changed', 'mitmach.post.shared',
            'mitmach.poll.voted') as read_a_post,
        type in ('mitmach.comment.added', 'mitmach.reaction.added', 'mitmach.reaction.changed',
            'mitmach.post.shared', 'mitmach.poll.voted', 'mitmach.ballot.cast',
            'mitmach.ballot.changed') as interacted,
        type in ('mitmach.post.published', 'mitmach.entry.submitted') as created
    from events
    where (read_a_post or interacted or created or type = 'mitmach.entry.viewed')
        and coalesce(human, author_human)
)
select person, day, bool_or(read_a_post) as read_a_post, bool_or(interacted) as interacted,
    bool_or(created) as created
from done
where exists (
    from active_spans
    where active_spans.person = done.person
        and begins < day + 1 and coalesce(ends, 'infinity') >= day)
group by person, day;
