-- Discourse (PostgreSQL) in the neutral format of `mitmach import ndjson`, one act per line.
--
--   psql --no-psqlrc --quiet --tuples-only --no-align --dbname discourse \
--        --file discourse.sql > acts.ndjson
--
-- It only reads. Categories become groups with one channel, topics become posts, answers comments,
-- and the first view of a topic by somebody who was signed in a view (of which Discourse keeps the
-- day; noon is taken). Left out: private messages, what was deleted or hidden, whispers, roles.

WITH written AS (
    SELECT p.id, p.user_id, p.topic_id, p.post_number, p.reply_to_post_number, p.raw, p.created_at,
           t.title, t.category_id
    FROM posts p
    JOIN topics t ON t.id = p.topic_id
    WHERE t.archetype = 'regular' AND t.category_id IS NOT NULL AND t.deleted_at IS NULL
      AND p.deleted_at IS NULL AND NOT p.hidden AND p.post_type = 1 AND p.user_id IS NOT NULL
),
roots AS (
    SELECT * FROM written WHERE post_number = 1
),
answers AS (
    SELECT a.*, r.id AS root, above.id AS parent
    FROM written a
    JOIN roots r ON r.topic_id = a.topic_id
    LEFT JOIN written above ON above.topic_id = a.topic_id AND above.post_number > 1
        AND above.post_number = a.reply_to_post_number
    WHERE a.post_number > 1
),
likes AS (
    SELECT a.user_id, a.created_at, w.id, w.post_number, w.category_id
    FROM post_actions a
    JOIN written w ON w.id = a.post_id
    JOIN roots r ON r.topic_id = w.topic_id
    WHERE a.post_action_type_id = 2 AND a.deleted_at IS NULL
),
views AS (
    SELECT v.user_id, r.id, r.category_id,
           greatest(v.viewed_at + time '12:00', r.created_at) AS created_at
    FROM topic_views v
    JOIN roots r ON r.topic_id = v.topic_id
    WHERE v.user_id IS NOT NULL
),
firsts AS (
    SELECT user_id, category_id, min(created_at) AS at
    FROM (
        SELECT user_id, category_id, created_at FROM roots
        UNION ALL SELECT user_id, category_id, created_at FROM answers
        UNION ALL SELECT user_id, category_id, created_at FROM likes
        UNION ALL SELECT user_id, category_id, created_at FROM views
    ) appearances
    GROUP BY user_id, category_id
),
-- Whoever made a category founds the group; Discourse's own programs (ids below 1) leave that to
-- the first person who appears in it.
founded AS (
    SELECT DISTINCT ON (c.id) c.id, c.name, c.read_restricted, f.user_id AS founder,
           least(c.created_at, min(f.at) OVER (PARTITION BY c.id)) AS at
    FROM categories c
    JOIN firsts f ON f.category_id = c.id
    WHERE f.user_id > 0
    ORDER BY c.id, f.user_id = c.user_id DESC, f.at, f.user_id
),
acts AS (
    SELECT least(
               u.created_at,
               (SELECT min(f.at) FROM firsts f WHERE f.user_id = u.id),
               (SELECT min(g.at) FROM founded g WHERE g.founder = u.id)
           ) AS at,
           jsonb_build_object(
               'kind', 'person',
               'id', u.id::text,
               'name', coalesce(nullif(u.name, ''), u.username),
               'email', (SELECT e.email FROM user_emails e
                         WHERE e.user_id = u.id AND e."primary" AND u.id > 0 LIMIT 1),
               'external_id', (SELECT s.external_id FROM single_sign_on_records s
                               WHERE s.user_id = u.id LIMIT 1),
               'account', CASE WHEN u.id > 0 THEN 'human' ELSE 'service' END
           ) AS act
    FROM users u
    UNION ALL
    SELECT u.suspended_at, jsonb_build_object('kind', 'suspend', 'person', u.id::text)
    FROM users u
    WHERE u.suspended_at IS NOT NULL AND u.suspended_till > now()
    UNION ALL
    SELECT g.at,
           jsonb_build_object(
               'kind', 'group', 'id', g.id::text, 'by', g.founder::text, 'name', g.name,
               'visibility', CASE WHEN g.read_restricted THEN 'closed' ELSE 'open' END)
    FROM founded g
    UNION ALL
    SELECT g.at,
           jsonb_build_object(
               'kind', 'channel', 'id', g.id::text, 'group', g.id::text, 'name', g.name)
    FROM founded g
    UNION ALL
    SELECT greatest(f.at, g.at),
           jsonb_build_object('kind', 'join', 'group', g.id::text, 'person', f.user_id::text)
    FROM firsts f
    JOIN founded g ON g.id = f.category_id AND g.founder <> f.user_id
    UNION ALL
    SELECT r.created_at,
           jsonb_build_object(
               'kind', 'post', 'id', r.id::text, 'channel', r.category_id::text,
               'by', r.user_id::text, 'title', r.title, 'text', r.raw,
               'topics', (SELECT coalesce(jsonb_agg(t.name ORDER BY t.name), '[]')
                          FROM topic_tags tt JOIN tags t ON t.id = tt.tag_id
                          WHERE tt.topic_id = r.topic_id))
    FROM roots r
    UNION ALL
    SELECT a.created_at,
           jsonb_build_object(
               'kind', 'comment', 'id', a.id::text, 'post', a.root::text,
               'parent', a.parent::text, 'by', a.user_id::text, 'text', a.raw)
    FROM answers a
    UNION ALL
    SELECT l.created_at,
           jsonb_build_object(
               'kind', 'reaction', 'by', l.user_id::text, 'reaction', 'like',
               CASE WHEN l.post_number = 1 THEN 'post' ELSE 'comment' END, l.id::text)
    FROM likes l
    UNION ALL
    SELECT v.created_at,
           jsonb_build_object('kind', 'view', 'by', v.user_id::text, 'post', v.id::text)
    FROM views v
)
SELECT jsonb_build_object('at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
       || jsonb_strip_nulls(act)
FROM acts;
