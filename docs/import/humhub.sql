-- HumHub (MySQL 8 or MariaDB 10.6) in the neutral format of `mitmach import ndjson`, one act per
-- line. For HumHub 1.14 to 1.18; later versions name the post of a comment in `content_id`.
--
--   mysql --batch --raw --skip-column-names humhub < humhub.sql > acts.ndjson
--
-- It only reads. Spaces become groups with one channel, posts in them posts, likes reactions. Left
-- out: posts on profiles, messages, drafts, what was deleted, content of modules. Moments are taken
-- for UTC: put your server's offset (as +01:00) in the place of each `Z` if it has another one.
-- `_` in a class name stands for its backslash, whatever the server's mode for escapes is.

WITH posts AS (
    SELECT p.id, p.message, c.created_by AS person, c.created_at AS at, s.id AS space
    FROM content c
    JOIN post p ON p.id = c.object_id
    JOIN space s ON s.contentcontainer_id = c.contentcontainer_id
    WHERE c.object_model LIKE '%_post_models_Post' AND c.state = 1
),
comments AS (
    SELECT k.id, k.message, k.created_by AS person, k.created_at AS at, p.space, p.id AS post,
           NULL AS parent
    FROM comment k
    JOIN posts p ON p.id = k.object_id AND k.object_model LIKE '%_post_models_Post'
    UNION ALL
    SELECT k.id, k.message, k.created_by, k.created_at, p.space, p.id, above.id
    FROM comment k
    JOIN comment above
        ON above.id = k.object_id AND k.object_model LIKE '%_comment_models_Comment'
    JOIN posts p ON p.id = above.object_id AND above.object_model LIKE '%_post_models_Post'
),
likes AS (
    SELECT l.created_by AS person, l.created_at AS at, p.space, p.id AS post, NULL AS comment
    FROM `like` l
    JOIN posts p ON p.id = l.object_id AND l.object_model LIKE '%_post_models_Post'
    UNION ALL
    SELECT l.created_by, l.created_at, k.space, NULL, k.id
    FROM `like` l
    JOIN comments k ON k.id = l.object_id AND l.object_model LIKE '%_comment_models_Comment'
),
stays AS (
    SELECT person, space, MIN(at) AS at
    FROM (
        SELECT user_id AS person, space_id AS space, created_at AS at
        FROM space_membership
        WHERE status = 3 AND created_at IS NOT NULL
        UNION ALL SELECT person, space, at FROM posts
        UNION ALL SELECT person, space, at FROM comments
        UNION ALL SELECT person, space, at FROM likes
        UNION ALL SELECT created_by, id, created_at FROM space
    ) appearances
    GROUP BY person, space
),
founded AS (
    SELECT space, MIN(at) AS at FROM stays GROUP BY space
),
people AS (
    SELECT person, MIN(at) AS at
    FROM (
        SELECT id AS person, created_at AS at FROM user WHERE created_at IS NOT NULL
        UNION ALL SELECT person, at FROM stays
        UNION ALL SELECT s.created_by, f.at FROM space s JOIN founded f ON f.space = s.id
    ) appearances
    GROUP BY person
),
acts AS (
    SELECT p.at,
           JSON_OBJECT(
               'at', DATE_FORMAT(p.at, '%Y-%m-%dT%TZ'),
               'kind', 'person',
               'id', CAST(u.id AS CHAR),
               'name', COALESCE(
                   NULLIF(TRIM(CONCAT(COALESCE(f.firstname, ''), ' ', COALESCE(f.lastname, ''))), ''),
                   u.username, ''),
               'email', NULLIF(u.email, '')
           ) AS act
    FROM user u
    JOIN people p ON p.person = u.id
    LEFT JOIN profile f ON f.user_id = u.id
    UNION ALL
    SELECT u.updated_at,
           JSON_OBJECT(
               'at', DATE_FORMAT(u.updated_at, '%Y-%m-%dT%TZ'),
               'kind', 'depart', 'person', CAST(u.id AS CHAR))
    FROM user u
    WHERE u.status IN (0, 3) AND u.updated_at IS NOT NULL
    UNION ALL
    SELECT f.at,
           JSON_OBJECT(
               'at', DATE_FORMAT(f.at, '%Y-%m-%dT%TZ'),
               'kind', 'group', 'id', CAST(s.id AS CHAR), 'by', CAST(s.created_by AS CHAR),
               'name', s.name, 'purpose', COALESCE(s.description, ''),
               'visibility', CASE WHEN s.visibility = 0 THEN 'secret'
                                  WHEN s.join_policy = 2 THEN 'open' ELSE 'closed' END)
    FROM space s
    JOIN founded f ON f.space = s.id
    UNION ALL
    SELECT f.at,
           JSON_OBJECT(
               'at', DATE_FORMAT(f.at, '%Y-%m-%dT%TZ'),
               'kind', 'channel', 'id', CAST(s.id AS CHAR), 'group', CAST(s.id AS CHAR),
               'name', s.name)
    FROM space s
    JOIN founded f ON f.space = s.id
    UNION ALL
    SELECT t.at,
           JSON_OBJECT(
               'at', DATE_FORMAT(t.at, '%Y-%m-%dT%TZ'),
               'kind', 'join', 'group', CAST(t.space AS CHAR), 'person', CAST(t.person AS CHAR),
               'role', CASE WHEN m.group_id IN ('admin', 'moderator') THEN 'moderator'
                            ELSE 'member' END)
    FROM stays t
    JOIN space s ON s.id = t.space AND s.created_by <> t.person
    LEFT JOIN space_membership m
        ON m.space_id = t.space AND m.user_id = t.person AND m.status = 3
    UNION ALL
    SELECT p.at,
           JSON_OBJECT(
               'at', DATE_FORMAT(p.at, '%Y-%m-%dT%TZ'),
               'kind', 'post', 'id', CAST(p.id AS CHAR), 'channel', CAST(p.space AS CHAR),
               'by', CAST(p.person AS CHAR), 'text', COALESCE(p.message, ''))
    FROM posts p
    UNION ALL
    SELECT k.at,
           JSON_OBJECT(
               'at', DATE_FORMAT(k.at, '%Y-%m-%dT%TZ'),
               'kind', 'comment', 'id', CAST(k.id AS CHAR), 'post', CAST(k.post AS CHAR),
               'parent', CAST(k.parent AS CHAR), 'by', CAST(k.person AS CHAR),
               'text', COALESCE(k.message, ''))
    FROM comments k
    UNION ALL
    SELECT l.at,
           JSON_OBJECT(
               'at', DATE_FORMAT(l.at, '%Y-%m-%dT%TZ'),
               'kind', 'reaction', 'post', CAST(l.post AS CHAR),
               'comment', CAST(l.comment AS CHAR), 'by', CAST(l.person AS CHAR),
               'reaction', 'like')
    FROM likes l
)
SELECT act FROM acts ORDER BY at;
