-- Every event once, whatever comes twice: its id tells. `place` is its number in the log of its
-- service, and orders what happened at the same moment. What was recorded later than it happened
-- has a later place, so order by time first.
create or replace table events as
select distinct on (id) id, source, type, time, try_cast(sequence as bigint) as place, actor, data
from exported;
