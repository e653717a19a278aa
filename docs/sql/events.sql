-- Every event once, whatever comes twice: its id tells. `place` is its number in the log of its
-- service, and orders what happened at the same moment. What was recorded later than it happened
-- has a later place, so order by time first. Of what an event says, the fields that queries need are
-- columns; where an event doesn't have one, it is null.
create or replace table events as
select distinct on (id) id, source, type, time, try_cast(sequence as bigint) as place, actor,
    data->>'$.person' as person,
    data->>'$.account' as account,
    data->>'$.status' as status,
    data->>'$.department' as department,
    data->>'$.group_id' as group_id,
    data->>'$.group_kind' as group_kind,
    data->>'$.visibility' as visibility,
    data->>'$.member' as member,
    data->>'$.post_id' as post_id,
    data->>'$.author' as author,
    (data->>'$.author_human')::boolean as author_human,
    data->>'$.format' as format,
    data->>'$.kind' as kind,
    (data->'$.topics')::varchar[] as topics,
    (data->>'$.published_at')::timestamp as published_at,
    (data->>'$.audience_size')::int as audience_size,
    (data->>'$.human')::boolean as human,
    (data->>'$.in_audience')::boolean as in_audience,
    (data->>'$.first_view')::boolean as first_view,
    data->>'$.comment_id' as comment_id,
    data->>'$.comment_author' as comment_author,
    data->>'$.parent_id' as parent_id,
    data->>'$.previous' as previous
from exported;
