"""Contests: how many take part. For what a ballot was, nobody is told, and no panel either."""

from tooling.generators.dashboards.panels import Board, Row, curve, figure

_ENTRIES = 'type=~"mitmach.entry.+"'

BOARD = Board(
    "mitmach-contests",
    "Mitmach: contests",
    "Entries and ballots. A sealed vote leaves no trace here but that somebody voted.",
    (
        Row(
            "Voting",
            (
                figure("Ballots so far", "Cast since the beginning.", "sum(mitmach_ballots_total)"),
                figure(
                    "Ballots in an hour",
                    "Cast in the last hour.",
                    "sum(increase(mitmach_ballots_total[1h]))",
                ),
                figure(
                    "Entries so far",
                    "Contributions to contests since the beginning.",
                    'sum(mitmach_contributions_total{kind="entry"})',
                ),
                figure(
                    "Events of contests so far",
                    "Counted since the beginning, of every type.",
                    'sum(mitmach_events_total{service="contests"})',
                ),
            ),
        ),
        Row(
            "Course",
            (
                curve(
                    "Ballots",
                    "Per hour.",
                    ("sum(increase(mitmach_ballots_total[1h]))", "ballots"),
                ),
                curve(
                    "Entries by what happened to them",
                    "Per hour: submitted, viewed, accepted, rejected, withdrawn.",
                    (
                        f"sum by (type) (increase(mitmach_events_total{{{_ENTRIES}}}[1h]))",
                        "{{type}}",
                    ),
                ),
                curve(
                    "Contests by what happened to them",
                    "Per day: announced, changed, moved on, cancelled.",
                    (
                        (
                            "sum by (type) (increase("
                            'mitmach_events_total{type=~"mitmach.contest.+"}[1d]))'
                        ),
                        "{{type}}",
                    ),
                ),
                curve(
                    "Refused requests",
                    "By reason. Many ballots refused as too late mean a clock that is wrong"
                    " somewhere.",
                    (
                        'sum by (reason) (rate(mitmach_refusals_total{service="contests"}[5m]))',
                        "{{reason}}",
                    ),
                    unit="reqps",
                ),
            ),
        ),
    ),
)
