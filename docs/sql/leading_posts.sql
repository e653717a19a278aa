-- The leading posts of a window (`/v1/stats/posts`), by engagement.
--
-- Among posts with at least five viewers in their first seven days: those with the highest engagement,
-- of equal ones those with more viewers, of these by id.
-- Parameters: since, until, only_group, only_format, only_topic (windows.sql).
select post_id, early_interactors / early_viewers as engagement, early_viewers as viewers
from posts_of_windows
where back = 0 and early_viewers >= 5
order by engagement desc, viewers desc, post_id
limit 20;
