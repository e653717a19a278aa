-- The lines of `mitmach log export`, as a table.
--
--   set variable files = 'events.ndjson';   -- a file, a pattern such as 'log/*.ndjson', or a list
--
-- Only attributes that the queries need are read; those that come later are ignored.
create or replace table exported as
select *
from read_json(getvariable('files'), format = 'newline_delimited', columns = {
    id: 'VARCHAR', source: 'VARCHAR', sequence: 'VARCHAR', type: 'VARCHAR', time: 'TIMESTAMP',
    actor: 'VARCHAR', data: 'JSON'});
