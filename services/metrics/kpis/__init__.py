"""KPIs: pure functions, each with its definition, and the page about them.

catalogue/       a file for each KPI
definitions.py   what a KPI is, what it looks at, and what it answers
windows.py       the days that it is computed for
measures.py      ratios, intervals, and which numbers are never told
eligibility.py   who could take part on a day
people.py        who did what, as sets of people
contributions.py who contributed, and how often
demand.py        who took up a topic
content.py       what posts got, as sums
"""

from services.metrics.kpis.catalogue import CATALOGUE
from services.metrics.kpis.definitions import Definition
from services.metrics.kpis.measures import SMALLEST
from services.metrics.kpis.windows import LONGEST

__all__ = ["CATALOGUE", "render_definitions"]


def render_definitions() -> str:
    """The Markdown page `docs/kpis.md`."""
    sections = [_HEAD.format(smallest=SMALLEST, longest=LONGEST)]
    sections += [_section(kpi.definition) for kpi in CATALOGUE.values()]
    return "\n".join(sections)


_HEAD = """# KPIs

Generated from the catalogue in `services/metrics/kpis`; the API serves the same at
`/v1/kpis/definitions`.

- A window is a half-open range of UTC days: `7d` and `30d` end with yesterday, `FROM/TO` names its
  days (TO excluded, at most {longest} days). One that reaches into the running day is answered too,
  and marked `provisional`.
- Every answer states window, definition version, `as_of`, numerator, denominator and the value of
  the window before.
- An **active human** is a human being whose account is in use: activated, and neither suspended
  nor gone at that moment. They are the people of every figure: what they do counts and nothing
  else does, in the KPIs, beside posts, in contests and in the counters for Prometheus.
- What counts as an act, of active humans alone: a **view** is of a post or a contest entry, and
  whoever interacts with a post has viewed it; an **interaction** is a comment, a reaction to a post
  or to a comment (another one instead, too), a share, a vote in a poll or a contest; a
  **contribution** is a post, a comment or a contest entry. An act belongs to the UTC day on which
  it happened.
- **Programs** have accounts too, and are counted apart: their accounts as `programs` beside the
  activation and in `mitmach_programs`, their acts in `mitmach_program_acts_total`. What they
  publish is in no KPI, though an active human who views it was active.
- A **member** is the same wherever it is shown (`member_count` and list of a group, audience of a
  post, eligible people of a contest, group figures): an active human who belongs to the group. A
  post's audience leaves its author out too. Who came after the announcement of a contest and
  entered it is one more who could: counted with the results, since before these it would tell
  whose an entry is. Until then the number is at least that of those who have entered. Who stops
  being a member and comes back later isn't in older audiences any more.
- A **post** counts in the window in which it was published, under the format and the topics that
  it has now. Of the posts of a day 50 topics of each author and 2,000 in all are told apart, if the
  installation says nothing else; beyond that a post counts without the topic.
- A **group** is alive while its last post, comment or contest entry by an active human is less
  than 14 days ago, then at risk, and dormant from 45 days on. A group without any counts from when
  it was founded.
- **Filters.** `group`: people are its members, each day those who belonged to it, and what they did
  in it counts; posts are those in it. `department`: people who were in it on the day, whatever they
  do where; who moves belongs to the new one from that day on. All departments, and the people
  without one, are everybody, so they are hidden like cells of a table. `topic`: of posts, the
  topics that they have now; of people who take it up, those that the posts had then.
- Nothing to divide by: `null`, never 0. Fewer than {smallest} people in the denominator: no value,
  and `"suppressed": true`. Where the cells of a table add up to its total, as those of formats do,
  the next larger ones (by people, then by name) are left out with them, until two or more cells
  with together {smallest} people or more are: no subtraction reveals what is hidden.
- Rates of several posts are ratios of sums, never means of ratios. What people do with their own
  posts is left out.
"""


def _section(definition: Definition) -> str:
    lines = [
        f"## `{definition.name}` (version {definition.version})",
        "",
        definition.question.en,
        "",
        f"- Formula: {definition.formula}",
        f"- Numerator: {definition.numerator}; denominator: {definition.denominator}",
        f"- Windows: {', '.join(f'`{window}`' for window in definition.windows)}",
    ]
    if definition.filters:
        lines.append(f"- Filters: {', '.join(f'`{name}`' for name in definition.filters)}")
    return "\n".join([*lines, "", definition.explanation, ""])
