-- The counters for Prometheus and the board's live numbers: gross, they only grow.
--
-- A row per counter and labels, as `/metrics` has them. Acts are those of active humans; what programs
-- did is in mitmach_program_acts_total. The format of an act is that of the post when it happened.
with acts_of as (
    select type, split_part(source, '/', 3) as service, previous, first_view, post_id, parent_id,
        comment_id, coalesce(human, author_human, true) as by_human,
        coalesce(format, kind, '') as made_of,
        -- What may be a program's act: of a post that one wrote, others delete or like what they want.
        human is not null or type in ('mitmach.post.published', 'mitmach.post.edited') as is_act
    from events
), counters as (
    select 'mitmach_events_total' as name, {'service': service, 'type': type}::json as labels
    from acts_of
    union all
    select 'mitmach_program_acts_total', {'type': type}::json from acts_of
    where not by_human and is_act
    union all
    select 'mitmach_interactions_total', {
        'kind': case type when 'mitmach.comment.added' then 'comment'
            when 'mitmach.reaction.added' then 'reaction' when 'mitmach.post.shared' then 'share'
            when 'mitmach.poll.voted' then 'poll_vote' else 'ballot' end,
        'format': made_of,
        'surface': case when type = 'mitmach.ballot.cast' then 'contest'
            when parent_id is not null then 'comment'
            when type = 'mitmach.reaction.added' and comment_id is not null then 'comment'
            else 'post' end}::json
    from acts_of
    where by_human and type in ('mitmach.comment.added', 'mitmach.reaction.added',
            'mitmach.post.shared', 'mitmach.poll.voted', 'mitmach.ballot.cast')
        and not (type = 'mitmach.poll.voted' and previous <> '[]')
    union all
    select 'mitmach_contributions_total', {
        'kind': case type when 'mitmach.post.published' then 'post'
            when 'mitmach.comment.added' then 'comment' else 'entry' end,
        'format': made_of}::json
    from acts_of
    where by_human and type in ('mitmach.post.published', 'mitmach.comment.added',
        'mitmach.entry.submitted')
    union all
    select 'mitmach_views_total', {'format': made_of}::json
    from acts_of where by_human and first_view and post_id is not null
    union all
    select 'mitmach_ballots_total', '{}'::json
    from acts_of where by_human and type = 'mitmach.ballot.cast'
)
select name, labels::varchar as labels, count(*)::double as value
from counters
group by name, labels::varchar
order by name, labels;
