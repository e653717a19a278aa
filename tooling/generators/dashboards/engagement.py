"""Who takes part, in what, and what comes of it: for editors and for whoever runs the community."""

from tooling.generators.dashboards.panels import Board, Row, curve, figure

_MONTH = '{window="30d"}'

BOARD = Board(
    "mitmach-engagement",
    "Mitmach: engagement",
    "People, interactions and KPIs, as the metrics service counted them.",
    (
        Row(
            "Today and so far: true from the first minute on",
            (
                figure(
                    "Eligible today",
                    "People who can take part today.",
                    "max(mitmach_eligible_people)",
                    alerts=("MitmachFiguresMissing",),
                ),
                figure(
                    "Active today, so far",
                    "Distinct people who viewed, interacted or contributed today (UTC).",
                    'max(mitmach_active_people{window="today"})',
                ),
                figure(
                    "Participation today, so far",
                    "The active by the eligible. The day isn't over: it can only rise until"
                    " midnight (UTC), so compare it with no complete day.",
                    'max(mitmach_active_people{window="today"}) / max(mitmach_eligible_people)',
                    unit="percentunit",
                ),
                figure(
                    "Newest event",
                    "Since the newest event that was counted happened. Nights and week-ends are"
                    " quiet; during the day it should be seconds.",
                    "max(mitmach_last_event_age_seconds)",
                    unit="s",
                    alerts=("MitmachPipelineStalled",),
                ),
                figure(
                    "Unanswered posts",
                    "Posts of the last 30 days without a comment by another person.",
                    "max(mitmach_posts_unanswered)",
                ),
                figure(
                    "Groups in use",
                    "Of whatever age their last contribution is.",
                    "sum(max by (state) (mitmach_groups))",
                ),
                figure(
                    "Contributions so far",
                    "Posts, comments and contest entries, since the beginning.",
                    "sum(mitmach_contributions_total)",
                ),
                figure(
                    "Interactions so far",
                    "Comments, reactions, shares and votes, since the beginning; also those taken"
                    " back later.",
                    "sum(mitmach_interactions_total)",
                ),
                figure(
                    "First views so far",
                    "How often somebody saw a post for the first time, since the beginning.",
                    "sum(mitmach_views_total)",
                ),
                figure(
                    "Interactions per 100 first views so far",
                    "Since the beginning, of all formats.",
                    "100 * sum(mitmach_interactions_total) / sum(mitmach_views_total)",
                ),
                figure(
                    "Ballots so far",
                    "Cast in contests, since the beginning.",
                    "sum(mitmach_ballots_total)",
                ),
                figure(
                    "Programs",
                    "Accounts of programs. What they do is in no other figure about people.",
                    "max(mitmach_programs)",
                ),
                figure(
                    "Acts of programs so far",
                    "Posts, comments, reactions, views and the like, since the beginning.",
                    "sum(mitmach_program_acts_total)",
                ),
                figure(
                    "Events counted so far",
                    "Each once, since the beginning.",
                    "sum(mitmach_events_total)",
                    alerts=("MitmachPipelineStalled", "MitmachEventsMissing"),
                ),
            ),
        ),
        Row(
            "Complete days: from the second day on",
            (
                figure(
                    "Active in 7 days",
                    "Distinct people who viewed, interacted or contributed in the last seven"
                    " complete days. Today isn't among them.",
                    'max(mitmach_active_people{window="7d"})',
                    width=12,
                ),
                figure(
                    "Active in 30 days",
                    "The same over the last thirty complete days.",
                    'max(mitmach_active_people{window="30d"})',
                    width=12,
                ),
            ),
        ),
        Row(
            "KPIs",
            (
                curve(
                    "KPIs over 7 complete days",
                    "Ratios over complete days; a KPI without a value, or with fewer than five"
                    " people behind it, is absent.",
                    ('max by (kpi) (mitmach_kpi_ratio{window="7d"})', "{{kpi}}"),
                    unit="percentunit",
                ),
                curve(
                    "KPIs over 30 complete days",
                    "The same over thirty days.",
                    ('max by (kpi) (mitmach_kpi_ratio{window="30d"})', "{{kpi}}"),
                    unit="percentunit",
                ),
            ),
        ),
        Row(
            "Which format reaches people, and which moves them",
            (
                curve(
                    "Reach by format, over 30 complete days",
                    "Of those who could see the posts of a format when they"
                    " were published, who saw them within seven days. Formats that few could see,"
                    " or did, are absent.",
                    (f"max by (format) (mitmach_format_reach_ratio{_MONTH})", "{{format}}"),
                    unit="percentunit",
                ),
                curve(
                    "Engagement by format, over 30 complete days",
                    "Of those who saw a format's posts, who interacted.",
                    (f"max by (format) (mitmach_format_engagement_ratio{_MONTH})", "{{format}}"),
                    unit="percentunit",
                ),
                curve(
                    "How sure that is, over 30 complete days",
                    "Both ends of the 95 % interval of each format's engagement. Where those of two"
                    " formats overlap, their order may be chance.",
                    (
                        f"max by (format, bound) (mitmach_format_engagement_bound_ratio{_MONTH})",
                        "{{format}} {{bound}}",
                    ),
                    unit="percentunit",
                ),
                curve(
                    "Lift by format, over 30 complete days",
                    "A format's engagement divided by that of all posts: above 1 it moves more"
                    " people than posts do on the whole.",
                    (f"max by (format) (mitmach_format_engagement_lift{_MONTH})", "{{format}}"),
                ),
            ),
        ),
        Row(
            "Who takes part",
            (
                curve(
                    "Participation over 7 complete days",
                    "The eligible, each once: who published or entered a contest; of the others who"
                    " interacted; of the others who viewed; and the inactive.",
                    (
                        'max by (who) (mitmach_participation_ratio{window="7d"})',
                        "{{who}}",
                    ),
                    unit="percentunit",
                ),
                curve(
                    "Participation over 30 complete days",
                    "The same over thirty complete days.",
                    (f"max by (who) (mitmach_participation_ratio{_MONTH})", "{{who}}"),
                    unit="percentunit",
                ),
            ),
        ),
        Row(
            "On how many it hangs",
            (
                curve(
                    "Contributors",
                    "Distinct people who posted, commented or entered a contest, in complete days;"
                    " absent where they are few. Which share the ten most active have is among the"
                    " KPIs: concentration.",
                    ("max by (window) (mitmach_contributors)", "{{window}}"),
                ),
            ),
        ),
        Row(
            "What people do",
            (
                curve(
                    "Interactions by kind",
                    "Per hour: comments, reactions, shares and votes; also those taken back later.",
                    ("sum by (kind) (increase(mitmach_interactions_total[1h]))", "{{kind}}"),
                ),
                curve(
                    "Interactions by format",
                    "Per hour: which format makes people take part.",
                    ("sum by (format) (increase(mitmach_interactions_total[1h]))", "{{format}}"),
                ),
                curve(
                    "First views by format",
                    "Per hour: how many people a format reaches.",
                    ("sum by (format) (increase(mitmach_views_total[1h]))", "{{format}}"),
                ),
                curve(
                    "Contributions by kind",
                    "Per hour: posts, comments and contest entries.",
                    ("sum by (kind) (increase(mitmach_contributions_total[1h]))", "{{kind}}"),
                ),
                curve(
                    "Where people interact",
                    "Per hour, by the place in the frontend.",
                    ("sum by (surface) (increase(mitmach_interactions_total[1h]))", "{{surface}}"),
                ),
                curve(
                    "Groups by state",
                    "By the age of the last contribution.",
                    ("max by (state) (mitmach_groups)", "{{state}}"),
                ),
            ),
        ),
    ),
)
