-- Which formats reach and move people (`/v1/stats/formats`, and `formats` of `engagement` and `reach`)?
--
-- A row per format of the posts of the window. engagement and reach: as in engagement.sql and
-- reach.sql; lift: engagement / that of all posts. Formats with one to four people behind them are
-- hidden, and the next larger ones, by number and name, until at least two with together five people
-- or more are: else a subtraction from the total would tell. The reach is hidden where that hides
-- audiences or viewers.
-- Parameters: since, until, now, only_group, only_format, only_topic (windows.sql). Doubles, not
-- rounded.
with cells as (
    select format, count(*) as posts, sum(audience) as audience, sum(early_reached) as reached,
        sum(early_viewers) as viewers, sum(early_interactors) as interactors
    from posts_of_windows where back = 0 group by format
), ranked as (
    select *,
        count(*) filter (is_few(viewers)) over () as few_cells,
        coalesce(sum(viewers) filter (is_few(viewers)) over (), 0) as few_people,
        count(*) filter (viewers >= 5) over viewers_before as cells_before,
        coalesce(sum(viewers) filter (viewers >= 5) over viewers_before, 0) as people_before,
        count(*) filter (is_few(audience)) over () as few_audiences,
        coalesce(sum(audience) filter (is_few(audience)) over (), 0) as few_could,
        count(*) filter (audience >= 5) over audience_before as audiences_before,
        coalesce(sum(audience) filter (audience >= 5) over audience_before, 0) as could_before
    from cells
    window viewers_before as (order by viewers, format rows between unbounded preceding and 1 preceding),
        audience_before as (order by audience, format rows between unbounded preceding and 1 preceding)
), hidden as (
    select *,
        is_few(viewers) or viewers >= 5 and few_cells > 0
            and not (few_cells + cells_before >= 2 and few_people + people_before >= 5) as suppressed,
        suppressed or is_few(audience) or audience >= 5 and few_audiences > 0
            and not (few_audiences + audiences_before >= 2 and few_could + could_before >= 5)
            as reach_suppressed
    from ranked
), total as (
    select share(sum(interactors), sum(viewers)) as of_all from cells
)
select format, posts,
    case when not suppressed then viewers end as viewers,
    case when not suppressed then interactors end as interactors,
    case when not suppressed then share(interactors, viewers) end as engagement,
    case when not suppressed and of_all > 0
        then share(interactors, viewers) / of_all end as lift,
    case when not suppressed then wilson_end(interactors, viewers, -1) end as low,
    case when not suppressed then wilson_end(interactors, viewers, 1) end as high,
    suppressed,
    case when not reach_suppressed then audience end as audience,
    case when not reach_suppressed then reached end as reached,
    case when not reach_suppressed then viewers - reached end as spill,
    case when not reach_suppressed then share(reached, audience) end as reach,
    reach_suppressed
from hidden, total
order by coalesce(engagement, 0) desc, format;
