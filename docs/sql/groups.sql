-- What each group came to, and whether it lives (`/v1/stats/groups/{group_id}`).
--
-- members: active humans who belong to it now. posts, comments, entries: of active humans, also those
-- that are gone since. state: by the age of its last post, comment or entry, or of the group if it has
-- none: `alive`, from 14 days on `at_risk`, from 45 days on `dormant`. Its engagement and
-- responsiveness: those queries with only_group.
-- Parameter: now (windows.sql). Times to the microsecond; REST tells milliseconds.
select * from group_figures order by group_id;
