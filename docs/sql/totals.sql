-- The counters for Prometheus and the board's live numbers: gross, they only grow.
--
-- A row per counter and labels, as `/metrics` has them. Acts are those of active humans; what programs
-- did is in mitmach_program_acts_total. The format of an act is that of the post when it happened.
with acts_of as (
    select *, split_part(source, '/', 3) as service,
        coalesce(data->>'$.human', data->>'$.author_human', 'true') = 'true' as human,
        coalesce(data->>'$.format', data->>'$.kind', '') as format
    from events
), counters as (
    select 'mitmach_events_total' as name, {'service': service, 'type': type}::json as labels
    from acts_of
    union all
    select 'mitmach_program_acts_total', {'type': type}::json from acts_of
    where not human and (type in ('mitmach.post.published', 'mitmach.post.edited')
        or data->>'$.human' = 'false')
    union all
    select 'mitmach_interactions_total', {
        'kind': case type when 'mitmach.comment.added' then 'comment'
            when 'mitmach.reaction.added' then 'reaction' when 'mitmach.post.shared' then 'share'
            when 'mitmach.poll.voted' then 'poll_vote' else 'ballot' end,
        'format': format,
        'surface': case when type = 'mitmach.ballot.cast' then 'contest'
            when coalesce(data->>'$.parent_id', case type when 'mitmach.reaction.added'
                then data->>'$.comment_id' end) is not null then 'comment' else 'post' end}::json
    from acts_of
    where human and type in ('mitmach.comment.added', 'mitmach.reaction.added',
            'mitmach.post.shared', 'mitmach.poll.voted', 'mitmach.ballot.cast')
        and not (type = 'mitmach.poll.voted' and json_array_length(data->'$.previous') > 0)
    union all
    select 'mitmach_contributions_total', {
        'kind': case type when 'mitmach.post.published' then 'post'
            when 'mitmach.comment.added' then 'comment' else 'entry' end,
        'format': format}::json
    from acts_of
    where human and type in ('mitmach.post.published', 'mitmach.comment.added',
        'mitmach.entry.submitted')
    union all
    select 'mitmach_views_total', {'format': format}::json
    from acts_of where human and data->>'$.first_view' = 'true' and data->>'$.post_id' is not null
    union all
    select 'mitmach_ballots_total', '{}'::json
    from acts_of where human and type = 'mitmach.ballot.cast'
)
select name, labels::varchar as labels, count(*)::double as value
from counters
group by name, labels::varchar
order by name, labels;
