-- What each post came to (`/v1/stats/posts/{post_id}`).
--
-- viewers, interactors: distinct people without its author, until now; reach and engagement: those of
-- its first seven days. Of a post with one to four viewers none of these is told. comments, reactions:
-- that stand; shares: people who passed it on. Comments, reactions and shares are of all active
-- humans, the author too. seconds_to_first_response: to the microsecond; REST knows the time of an
-- answer to the millisecond.
with acts_on_posts as (
    select post_id,
        count(*) filter (type = 'mitmach.post.viewed') as views,
        count(*) filter (type = 'mitmach.comment.added')
            - count(*) filter (type = 'mitmach.comment.hidden')
            + count(*) filter (type = 'mitmach.comment.restored')
            - count(*) filter (type = 'mitmach.comment.deleted' and previous <> 'hidden')
            as comments,
        count(*) filter (type = 'mitmach.reaction.added' and comment_id is null)
            - count(*) filter (type = 'mitmach.reaction.removed' and comment_id is null)
            as reactions,
        count(distinct actor) filter (type = 'mitmach.post.shared') as shares
    from events where human and post_id is not null group by post_id
)
select post_id, group_id, format, topics, published_at, audience,
    unless_few(coalesce(views, 0), viewers) as views,
    unless_few(viewers, viewers) as viewers,
    unless_few(interactors, viewers) as interactors,
    coalesce(comments, 0) as comments, coalesce(reactions, 0) as reactions,
    coalesce(shares, 0) as shares,
    is_few(viewers) as suppressed,
    is_few(viewers) or is_few(early_viewers) as rates_suppressed,
    case when not rates_suppressed then unless_few(early_reached, audience) end as reached,
    case when not rates_suppressed then share(early_reached, audience) end as reach,
    case when not rates_suppressed then early_interactors end as early_interactors,
    case when not rates_suppressed then early_viewers end as early_viewers,
    case when not rates_suppressed then share(early_interactors, early_viewers) end as engagement,
    epoch_us(first_response_at - published_at) / 1000000 as seconds_to_first_response
from post_figures left join acts_on_posts using (post_id)
where became <> 'mitmach.post.deleted'
order by post_id;
