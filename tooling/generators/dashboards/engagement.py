"""Who takes part, in what, and what comes of it: for editors and for whoever runs the community."""

from tooling.generators.dashboards.panels import Board, Row, curve, figure

_MONTH = '{window="30d"}'

BOARD = Board(
    "mitmach-engagement",
    "Mitmach: engagement",
    "People, interactions and KPIs, as the metrics service counted them.",
    (
        Row(
            "People",
            (
                figure(
                    "Eligible today",
                    "People who can take part today.",
                    "max(mitmach_eligible_people)",
                ),
                figure(
                    "Active today",
                    "Distinct people who viewed, interacted or contributed today.",
                    'max(mitmach_active_people{window="today"})',
                ),
                figure(
                    "Active in 7 days",
                    "The same over the last seven complete days.",
                    'max(mitmach_active_people{window="7d"})',
                ),
                figure(
                    "Active in 30 days",
                    "The same over the last thirty complete days.",
                    'max(mitmach_active_people{window="30d"})',
                ),
                figure(
                    "Unanswered posts",
                    "Posts of the last 30 days without a comment by another person.",
                    "max(mitmach_posts_unanswered)",
                ),
                figure(
                    "Newest event",
                    "Since the newest event that was counted happened. Nights and week-ends are"
                    " quiet; during the day it should be seconds.",
                    "max(mitmach_last_event_age_seconds)",
                    unit="s",
                ),
            ),
        ),
        Row(
            "KPIs",
            (
                curve(
                    "KPIs over 7 days",
                    "Ratios over complete days; a KPI without a value, or with fewer than five"
                    " people behind it, is absent.",
                    ('max by (kpi) (mitmach_kpi_ratio{window="7d"})', "{{kpi}}"),
                    unit="percentunit",
                ),
                curve(
                    "KPIs over 30 days",
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
                    "Reach by format",
                    "Over 30 complete days: of those who could see the posts of a format when they"
                    " were published, who saw them within seven days. Formats that few could see,"
                    " or did, are absent.",
                    (f"max by (format) (mitmach_format_reach_ratio{_MONTH})", "{{format}}"),
                    unit="percentunit",
                ),
                curve(
                    "Engagement by format",
                    "Over 30 complete days: of those who saw a format's posts, who interacted.",
                    (f"max by (format) (mitmach_format_engagement_ratio{_MONTH})", "{{format}}"),
                    unit="percentunit",
                ),
                curve(
                    "How sure that is",
                    "Both ends of the 95 % interval of each format's engagement. Where those of two"
                    " formats overlap, their order may be chance.",
                    (
                        f"max by (format, bound) (mitmach_format_engagement_bound_ratio{_MONTH})",
                        "{{format}} {{bound}}",
                    ),
                    unit="percentunit",
                ),
                curve(
                    "Lift by format",
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
                    "Participation over 7 days",
                    "The eligible, each once: who published or entered a contest; of the others who"
                    " interacted; of the others who viewed; and the inactive.",
                    (
                        'max by (who) (mitmach_participation_ratio{window="7d"})',
                        "{{who}}",
                    ),
                    unit="percentunit",
                ),
                curve(
                    "Participation over 30 days",
                    "The same over thirty complete days.",
                    (f"max by (who) (mitmach_participation_ratio{_MONTH})", "{{who}}"),
                    unit="percentunit",
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
