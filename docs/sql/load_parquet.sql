-- The rows of `mitmach log export -o events.parquet`, as the table that load.sql makes of lines.
--
--   set variable files = 'events.parquet';  -- a file, a pattern, or a list
create or replace table exported as
select id, source, sequence, type, make_timestamp(epoch_us(time)) as time, actor, data::json as data
from read_parquet(getvariable('files'));
