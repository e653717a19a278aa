-- Posts, and what active humans other than their authors did with them: within seven days, and since.

-- A post as it is now: format and topics are those of its last edit. What counts it are `by_human`
-- and `visible`.
create or replace table posts as
select post_id,
    any_value(author) filter (type = 'mitmach.post.published') as author,
    any_value(author_human) filter (type = 'mitmach.post.published') as by_human,
    any_value(group_id) as group_id,
    any_value(published_at) as published_at,
    any_value(published_at) + interval 7 days as counts_until,
    any_value(audience_size) as audience,
    last(format order by time, place)
        filter (type in ('mitmach.post.published', 'mitmach.post.edited')) as format,
    last(topics order by time, place)
        filter (type in ('mitmach.post.published', 'mitmach.post.edited')) as topics,
    last(type order by time, place) filter (type in ('mitmach.post.published', 'mitmach.post.hidden',
        'mitmach.post.restored', 'mitmach.post.deleted')) as became,
    became in ('mitmach.post.published', 'mitmach.post.restored') as visible
from events
where starts_with(type, 'mitmach.post.')
group by post_id
having bool_or(type = 'mitmach.post.published');

-- The topics that a post is counted under: of the posts of a day at most 50 of each author, those
-- used first, and of these at most 2,000, those with most posts.
create or replace table post_topics as
with named as (
    select post_id, author, published_at::date as day, unnest(topics) as topic,
        generate_subscripts(topics, 1) as nth
    from posts where by_human and visible
), placed as (
    select *, row_number() over (partition by day order by post_id, nth) as used from named
), of_author as (
    select day, author, topic,
        row_number() over (partition by day, author order by min(used)) <= 50 as counts
    from placed group by day, author, topic
), kept as (
    select placed.* from placed join of_author using (day, author, topic) where counts
), of_day as (
    select day, topic,
        row_number() over (partition by day order by count(*) desc, min(used)) <= 2000 as counts
    from kept group by day, topic
)
select post_id, topic from kept join of_day using (day, topic) where counts;

-- Who saw which post first when, and whether they belonged to its audience. An interaction implies a
-- view.
create or replace table viewers as
select post_id, actor as person, min(time) as first_at,
    first(in_audience order by time, place) as in_audience
from events join posts using (post_id)
where type in ('mitmach.post.viewed', 'mitmach.post.read_confirmed', 'mitmach.comment.added',
        'mitmach.reaction.added', 'mitmach.post.shared', 'mitmach.poll.voted')
    and human and actor <> posts.author
group by post_id, actor;

-- Interactions, each with the span of time in which it stood: until somebody took it back. A comment
-- ends when it is deleted or hidden, and stands again when it is restored.
create or replace table interactions as
with changes as (
    select post_id, split_part(type, '.', 2) as act,
        case act when 'comment' then comment_id when 'post' then 'share ' || id
            else concat_ws(' ', act, actor, comment_id) end as what,
        act = 'comment' as is_comment,
        act = 'reaction' and comment_id is null as is_reaction,
        actor,
        type in ('mitmach.comment.added', 'mitmach.comment.restored', 'mitmach.reaction.added',
            'mitmach.post.shared', 'mitmach.poll.voted') as stands,
        time, place
    from events
    where type in ('mitmach.comment.added', 'mitmach.comment.restored', 'mitmach.comment.hidden',
            'mitmach.comment.deleted', 'mitmach.reaction.added', 'mitmach.reaction.removed',
            'mitmach.post.shared', 'mitmach.poll.voted', 'mitmach.poll.vote_withdrawn')
        and human
), commented as (
    -- Whose a comment is, the event of its beginning says: what is told after an erasure doesn't.
    select comment_id as what, comment_author as person, time as made_at
    from events where type = 'mitmach.comment.added'
), spans as (
    select *, lead(time) over (partition by post_id, what order by time, place) as ends from changes
)
select post_id, if(is_comment, person, actor) as person, is_comment, is_reaction, time as begins, ends,
    coalesce(made_at, time) as made_at
from spans left join commented using (what) join posts using (post_id)
where stands and if(is_comment, person, actor) <> author;

-- What each post came to: within its seven days, as things stood then or stand now, and until now.
create or replace table post_figures as
with seen as (
    select post_id,
        count(*) filter (first_at < counts_until) as early_viewers,
        count(*) filter (first_at < counts_until and in_audience) as early_reached,
        count(*) as viewers
    from viewers join posts using (post_id) group by post_id
), moved as (
    select post_id,
        count(distinct person) filter (early) as early_interactors,
        bool_or(early and is_comment) as answered,
        bool_or(early and (is_comment or is_reaction)) as appreciated,
        count(distinct person) filter (ends is null) as interactors,
        min(made_at) filter (is_comment and ends is null) as first_response_at
    from (
        select *, begins < counts_until and coalesce(ends, 'infinity') >= counts_until as early
        from interactions join posts using (post_id))
    group by post_id
)
select posts.*,
    coalesce(early_viewers, 0) as early_viewers, coalesce(early_reached, 0) as early_reached,
    coalesce(early_interactors, 0) as early_interactors,
    coalesce(answered, false) as answered, coalesce(appreciated, false) as appreciated,
    coalesce(viewers, 0) as viewers, coalesce(interactors, 0) as interactors,
    first_response_at,
    -- Whole seconds, of answered posts alone, where what answered them in time still stands.
    case when answered and first_response_at < counts_until
        then epoch_us(first_response_at - published_at) // 1000000 end as seconds_to_first_response
from posts left join seen using (post_id) left join moved using (post_id);
