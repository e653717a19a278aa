"""Holds what a platform shows against the queries of `docs/sql` over its exported events.

The queries are made from the definitions of the KPIs alone, so what shows another number than they
do is wrong on one of the two sides. `differences` works with any platform: one that runs somewhere
(`figures_at`), and one that a test has made up.
"""

import asyncio
import json
import math
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlencode

import duckdb
import httpx
from prometheus_client.parser import text_string_to_metric_families

from services.metrics.kpis import CATALOGUE
from services.metrics.kpis.definitions import ABOUT_PEOPLE

QUERIES = Path(__file__).resolve().parents[1] / "docs" / "sql"
PREPARING = ("measures", "events", "people", "posts", "windows")
KPIS = tuple(CATALOGUE)
FILTERS = ("group", "format", "topic", "department")
POINTS = 4  # of each series that is compared
MOST_POSTS = 300  # whose own figures are asked for, one request each
MOST_FILTERS = 12  # groups, formats and topics, each
FILTERED = 4  # windows for which every filter of posts is tried
FILTERED_PEOPLE = 2  # windows for which every filter of people is tried: these queries take longer
# Shown with each group.
IN_GROUPS = ("adoption", "participation", "concentration", "engagement", "responsiveness")
EVERY_DAY = ("reach", "participation")  # KPIs that are compared day by day
MOST_DAYS = 120
_TRIES = 100  # of a request that is told to wait
SAME = {"value", "numerator", "denominator", "suppressed", "previous"}
# Both sides sum the same terms of Wilson's interval, in another order.
LAST_DIGITS = 1e-12

Samples = Mapping[str, Iterable[tuple[Mapping[str, str], float]]]
Row = dict[str, Any]
EVERYTHING: Mapping[str, str] = MappingProxyType({})


class Figures(Protocol):
    """What a platform shows."""

    async def get(self, path: str) -> Any:
        """The answer of a route of the metrics API, as an analyst gets it."""

    async def samples(self) -> Samples:
        """What Prometheus is shown: labels and values by the name of the sample."""


class RunningPlatform:
    """A platform that runs somewhere, asked over HTTP.

    Args:
        client: Speaks to it, with the token of an analyst.
    """

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def visit(self) -> str:
        """Makes the analyst known; gives the consistency token."""
        answer = await self._client.post("/v1/me/visits")
        assert answer.is_success, answer.text
        return answer.headers["Consistency-Token"]

    async def get(self, path: str, token: str = "") -> Any:
        """The answer of a route, given what the token names."""
        headers = {"Consistency-Token": token} if token else {}
        answer = await self._client.get(path, headers=headers)
        for _ in range(_TRIES):  # so many are asked for
            if answer.status_code not in {429, 503}:
                break
            await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
            answer = await self._client.get(path, headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def samples(self) -> Samples:
        """What `/metrics` shows."""
        answer = await self._client.get("/metrics")
        assert answer.status_code == 200
        shown: dict[str, list[tuple[Mapping[str, str], float]]] = {}
        for family in text_string_to_metric_families(answer.text):
            for sample in family.samples:
                shown.setdefault(sample.name, []).append((sample.labels, sample.value))
        return shown


@asynccontextmanager
async def figures_at(address: str, token: str) -> AsyncIterator[RunningPlatform]:
    """The figures of a platform that runs at an address.

    Args:
        address: Where its API is; `/metrics` is beside it.
        token: That of an analyst.
    """
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
        yield RunningPlatform(client)


class ExportedLog:
    """The events of a platform in DuckDB, and the queries of `docs/sql` over them.

    Args:
        file: What `mitmach log export --join-people` has written: lines, or Parquet.
    """

    def __init__(self, file: Path) -> None:
        self._duckdb = duckdb.connect()
        self._load("load_parquet" if file.suffix == ".parquet" else "load", file)

    @classmethod
    def of_lines(cls, lines: Iterable[bytes]) -> "ExportedLog":
        """The same of lines."""
        with tempfile.TemporaryDirectory(prefix="mitmach-sql-") as folder:
            file = Path(folder) / "events.ndjson"
            file.write_bytes(b"".join(line.rstrip(b"\n") + b"\n" for line in lines))
            return cls(file)

    def _load(self, how: str, file: Path) -> None:
        self._set(files=str(file))
        for name in (how, *PREPARING):
            self._duckdb.execute(text_of(name))

    def _set(self, **variables: Any) -> None:
        for name, value in variables.items():
            self._duckdb.execute(f"set variable {name} = ?", [value])

    def ask(
        self,
        query: str,
        *,
        now: datetime,
        window: str = "2000-01-01/2000-01-02",
        points: int = 1,
        only: Mapping[str, str] = EVERYTHING,
    ) -> list[Row]:
        """The rows that a query answers with.

        Args:
            query: The name of a file of `docs/sql`.
            now: UTC; up to when events were exported.
            window: `FROM/TO`.
            points: How many windows, one before the other.
            only: Filters: a `group`, a `format`, a `topic`, a `department`.
        """
        since, until = map(date.fromisoformat, window.split("/"))
        filters = {f"only_{name}": only.get(name) for name in FILTERS}
        moment = now.astimezone(UTC).replace(tzinfo=None)
        self._set(since=since, until=until, points=points, now=moment, **filters)
        asked = self._duckdb.execute(text_of(query))
        names = [column[0] for column in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]

    def values(self, sql: str) -> list[Any]:
        """The first column of what a statement answers with."""
        return [row[0] for row in self._duckdb.execute(sql).fetchall()]


def text_of(query: str) -> str:
    """A query, as it is written."""
    return (QUERIES / f"{query}.sql").read_text()


async def differences(figures: Figures, log: ExportedLog) -> list[str]:
    """Where a platform shows something else than the queries over its log come to.

    Nothing may happen on the platform meanwhile, and all that has happened must be counted.

    Args:
        figures: What the platform shows.
        log: All of its events, with people joined.
    """
    comparison = Comparison(figures, log)
    await comparison.everything()
    return comparison.found


class Comparison:
    """A platform and its log, side by side.

    Args:
        figures: What the platform shows.
        log: All of its events, with people joined.

    Attributes:
        found: Each figure that differs, with what is shown and what the query says.
        compared: How many figures were.
    """

    def __init__(self, figures: Figures, log: ExportedLog) -> None:
        self.found: list[str] = []
        self.compared = 0
        self._figures, self._log = figures, log

    def same(self, what: str, shown: Any, queried: Any, within: float = 0.0) -> None:
        """Notes a difference between what is shown and what a query says."""
        self.compared += 1
        numbers = isinstance(shown, int | float) and isinstance(queried, int | float)
        if shown == queried or (numbers and within and abs(shown - queried) <= within):
            return
        self.found.append(f"{what}: shown {shown!r}, queried {queried!r}")

    async def everything(self) -> None:
        """Compares every surface, each for all windows and filters."""
        windows = await self._windows()
        for window in windows:
            await self._kpis(window)
            await self._formats(window)
            await self._topics(window)
            await self._leading_posts(window)
        for number, window in enumerate(windows[:FILTERED]):
            for only in self._filters():
                await self._filtered(window, only, of_people=number < FILTERED_PEOPLE)
        await self._series()
        await self._every_day()
        now = await self._now()
        await self._groups(now)
        await self._posts(now)
        await self._prometheus()

    async def _now(self) -> datetime:
        answer = await self._figures.get("/v1/kpis?window=7d")
        return datetime.fromisoformat(answer["items"][0]["as_of"])

    async def _windows(self) -> list[str]:
        """Both names, all days there are, some of them in the midst, and the running day."""
        today = (await self._now()).date()
        (first,) = self._log.values("select min(time)::date from events")
        first = max(first, today - timedelta(days=360))
        middle = first + (today - first) / 2
        return [
            "7d",
            "30d",
            f"{first}/{today + timedelta(days=1)}",
            f"{middle - timedelta(days=5)}/{min(middle + timedelta(days=6), today)}",
            f"{today}/{today + timedelta(days=1)}",
            f"{first}/{middle}" if first < middle else f"{first}/{first + timedelta(days=1)}",
        ]

    def _filters(self) -> Iterator[dict[str, str]]:
        values = self._log.values
        groups = values(
            "select group_id from group_figures where status <> 'deleted' order by posts desc, 1"
        )[:MOST_FILTERS]
        formats = values("select distinct format from posts order by 1")
        topics = values("select topic from post_topics group by 1 order by count(*) desc, 1")
        topics = topics[:MOST_FILTERS]
        yield from ({"group": group} for group in groups)
        yield from ({"format": format_} for format_ in formats)
        yield from ({"topic": topic} for topic in topics)
        departments = values("select distinct department from department_spans order by 1")
        yield from ({"department": word} for word in departments if word)
        for topic, word in zip(topics, departments, strict=False):
            if word:
                yield {"topic": topic, "department": word}
        yield {"format": "text", "topic": "on-nothing"}
        for group, format_, topic in zip(groups, formats, topics, strict=False):
            yield {"format": format_, "topic": topic}
            yield {"group": group, "format": format_}
            yield {"group": group, "format": format_, "topic": topic}

    # --- KPIs

    async def _kpis(self, window: str) -> None:
        answer = await self._figures.get(f"/v1/kpis?window={window}")
        by_name = {item["name"]: item for item in answer["items"]}
        self.same("names of KPIs", sorted(by_name), sorted(KPIS))
        for name in KPIS:
            self._kpi(by_name[name])

    def _kpi(self, item: Mapping[str, Any], only: Mapping[str, str] = EVERYTHING) -> None:
        """One KPI of one window, with all of its parts."""
        name, what = item["name"], f"{item['name']} {item['window']} {dict(only) or ''}"
        now = datetime.fromisoformat(item["as_of"])
        asked: dict[str, Any] = {"now": now, "window": item["window"], "only": only}
        (row,) = self._log.ask(name, **asked)
        for field in SAME:
            self.same(f"{what} {field}", item[field], row[field])
        self.same(f"{what} window", item["window"], f"{row['since']}/{row['until']}")
        self.same(f"{what} provisional", item["provisional"], row["until"] > now.date())
        if row.get("hidden"):
            self.same(f"{what} parts", item["parts"], {})
            return
        getattr(self, f"_{name}")(what, item["parts"], row)
        for part, compare in (("formats", self._format_cells), ("topics", self._topic_cells)):
            if part in item["parts"]:
                compare(f"{what} {part}", item["parts"][part], self._log.ask(part, **asked), name)

    def _fields(self, what: str, shown: Mapping[str, Any], row: Row, **names: str) -> None:
        for field, column in names.items():
            self.same(f"{what} {field}", shown.get(field), row[column])

    def _adoption(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        names = {name: name for name in ("activated", "invited_or_activated")}
        self._fields(what, parts["activation"], row, **names, value="activation")
        self.same(f"{what} programs", parts["programs"], row["programs"])

    def _stickiness(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        self._fields(what, parts, row, active_people="active_people", last_day="last_day")
        self.same(f"{what} days", parts["days"], row["days"])

    def _reach(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        posts = parts["posts"]
        cells = {name: f"posts_{name}" for name in ("audience", "reached", "spill", "suppressed")}
        self._fields(
            what,
            posts,
            row,
            posts="posts",
            posts_still_counted="posts_still_counted",
            value="posts_reach",
            **cells,
        )

    def _engagement(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        self._fields(what, parts, row, posts="posts", posts_still_counted="posts_still_counted")
        self._interval(what, parts.get("interval"), row)

    def _participation(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        for rung in ("creators", "interactors", "viewers", "inactive"):
            names = {"people": rung, "of_eligible": f"{rung}_of_eligible"}
            if rung != "inactive":
                names["of_active"] = f"{rung}_of_active"
            self._fields(f"{what} {rung}", parts[rung], row, **names)
        flow = parts.get("activation_flow")
        self.same(f"{what} flow is there", flow is not None, not row["hidden_before"])
        if flow is None:
            return
        names = {name: name for name in ("began_to_take_part", "only_viewed_before")}
        self._fields(f"{what} flow", flow, row, **names, value="activation_flow")

    def _concentration(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        self.same(f"{what} contributors", parts["contributors"], row["contributors"])
        self.same(f"{what} gini", parts["gini"], row["gini"], within=LAST_DIGITS)

    def _topic_demand(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        self.same(f"{what} momentum", parts["momentum"], row["momentum"])

    def _responsiveness(self, what: str, parts: Mapping[str, Any], row: Row) -> None:
        names = ("unanswered", "appreciation", "appreciated", "posts_too_young")
        self._fields(what, parts, row, **{name: name for name in names})
        times = parts["seconds_to_first_response"]
        self._fields(what, times, row, median="median_seconds", p90="p90_seconds")

    def _interval(self, what: str, shown: Any, row: Row) -> None:
        for side, bound in zip(("low", "high"), shown or (None, None), strict=True):
            self.same(f"{what} {side}", bound, row[side], within=LAST_DIGITS)

    def _format_cells(self, what: str, cells: Mapping[str, Any], rows: list[Row], kpi: str) -> None:
        self.same(what, sorted(cells), sorted(row["format"] for row in rows))
        for row in rows:
            cell, of_which = cells.get(row["format"], {}), f"{what} {row['format']}"
            if kpi == "reach":
                names = {name: name for name in ("posts", "audience", "reached", "spill")}
                self._fields(
                    of_which, cell, row, **names, value="reach", suppressed="reach_suppressed"
                )
            else:
                self._engagement_cell(of_which, cell, row)

    def _topic_cells(self, what: str, cells: Mapping[str, Any], rows: list[Row], _kpi: str) -> None:
        self.same(what, list(cells), [row["topic"] for row in rows])
        for row in rows:
            self._engagement_cell(f"{what} {row['topic']}", cells.get(row["topic"], {}), row)

    def _engagement_cell(self, what: str, cell: Mapping[str, Any], row: Row) -> None:
        names = ("posts", "viewers", "interactors", "lift", "suppressed")
        self._fields(what, cell, row, value="engagement", **{name: name for name in names})
        self._interval(what, cell.get("interval"), row)

    async def _filtered(self, window: str, only: dict[str, str], *, of_people: bool) -> None:
        for name, kpi in CATALOGUE.items():
            if kpi.needs & ABOUT_PEOPLE and not of_people:
                continue
            if only.keys() <= {*kpi.definition.filters}:
                query = urlencode({"window": window, **only})
                self._kpi(await self._figures.get(f"/v1/kpis/{name}?{query}"), only)
        if "department" in only:
            return
        await self._leading_posts(window, only)
        if only.keys() == {"topic"}:
            await self._formats(window, only)
        if only.keys() == {"format"}:
            await self._topics(window, only)

    async def _series(self) -> None:
        for name in KPIS:
            for window, only in (("7d", {}), ("7d", next(self._filters(), {})), ("30d", {})):
                possible = only.keys() <= {*CATALOGUE[name].definition.filters}
                filters = only if possible else {}
                query = urlencode({"window": window, "points": POINTS, **filters})
                answer = await self._figures.get(f"/v1/kpis/{name}/series?{query}")
                items = answer["items"]
                now = datetime.fromisoformat(items[-1]["as_of"])
                whole = items[-1]["window"]
                rows = self._log.ask(name, now=now, window=whole, points=POINTS, only=filters)
                for item, row in zip(items, reversed(rows), strict=True):
                    what = f"{name} series {item['window']} {filters or ''}"
                    self.same(f"{what} window", item["window"], f"{row['since']}/{row['until']}")
                    for field in SAME:
                        self.same(f"{what} {field}", item[field], row[field])

    async def _every_day(self) -> None:
        now = await self._now()
        today = now.date()
        (first,) = self._log.values("select min(time)::date from events")
        days = min((today - first).days, MOST_DAYS)
        for name in EVERY_DAY if days else ():
            whole = f"{today - timedelta(days=1)}/{today}"
            rows = self._log.ask(name, now=now, window=whole, points=days)
            self.same(f"{name}: days", days, len(rows))
            for row in rows:
                window = f"{row['since']}/{row['until']}"
                shown = await self._figures.get(f"/v1/kpis/{name}?window={window}")
                for field in SAME:
                    self.same(f"{name} {window} {field}", shown[field], row[field])
                getattr(self, f"_{name}")(f"{name} {window}", shown["parts"], row)

    # --- stats

    async def _formats(self, window: str, only: Mapping[str, str] = EVERYTHING) -> None:
        query = urlencode({"window": window, **only})
        answer = await self._figures.get(f"/v1/stats/formats?{query}")
        rows = self._log.ask("formats", now=datetime.now(UTC), window=answer["window"], only=only)
        what, items = f"formats {answer['window']} {dict(only) or ''}", answer["items"]
        self.same(what, [item["format"] for item in items], [row["format"] for row in rows])
        names = ("audience", "reached", "spill", "reach", "reach_suppressed")
        for item, row in zip(items, rows, strict=False):
            self._stat_cell(f"{what} {row['format']}", item, row)
            self._fields(f"{what} {row['format']}", item, row, **{name: name for name in names})

    async def _topics(self, window: str, only: Mapping[str, str] = EVERYTHING) -> None:
        query = urlencode({"window": window, **only})
        answer = await self._figures.get(f"/v1/stats/topics?{query}")
        rows = self._log.ask("topics", now=datetime.now(UTC), window=answer["window"], only=only)
        what, items = f"topics {answer['window']} {dict(only) or ''}", answer["items"]
        self.same(what, [item["topic"] for item in items], [row["topic"] for row in rows])
        for item, row in zip(items, rows, strict=False):
            self._stat_cell(f"{what} {row['topic']}", item, row)

    def _stat_cell(self, what: str, item: Mapping[str, Any], row: Row) -> None:
        names = ("posts", "viewers", "interactors", "engagement", "lift", "suppressed")
        self._fields(what, item, row, **{name: name for name in names})
        self._interval(what, item["interval"], row)

    async def _leading_posts(self, window: str, only: Mapping[str, str] = EVERYTHING) -> None:
        query = urlencode({"window": window, **only})
        answer = await self._figures.get(f"/v1/stats/posts?{query}")
        rows = self._log.ask(
            "leading_posts", now=datetime.now(UTC), window=answer["window"], only=only
        )
        shown = [item["post_id"] for item in answer["items"]]
        self.same(
            f"leading posts {answer['window']} {dict(only) or ''}",
            shown,
            [row["post_id"] for row in rows],
        )

    async def _groups(self, now: datetime) -> None:
        names = ("kind", "status", "state", "members", "posts", "comments", "entries")
        for row in self._log.ask("groups", now=now):
            if row["status"] == "deleted":
                continue
            group_id, what = row["group_id"], f"group {row['group_id']}"
            shown = await self._figures.get(f"/v1/stats/groups/{group_id}?window=30d")
            self._fields(what, shown, row, **{name: name for name in names})
            at = shown["last_contribution_at"]
            self.same(
                f"{what} last contribution",
                at and _milliseconds(datetime.fromisoformat(at)),
                row["last_contribution_at"]
                and _milliseconds(row["last_contribution_at"].replace(tzinfo=UTC)),
            )
            for name in IN_GROUPS:
                asked = {"now": now, "window": shown["window"], "only": {"group": group_id}}
                (queried,) = self._log.ask(name, **asked)
                for field in SAME - {"previous"}:
                    field_of = "active" if name == "adoption" else name
                    self.same(f"{what} {name} {field}", shown[field_of][field], queried[field])

    async def _posts(self, now: datetime) -> None:
        names = ("format", "topics", "audience", "views", "viewers", "interactors", "comments")
        for row in islice(self._log.ask("post", now=now), MOST_POSTS):
            shown, what = (
                await self._figures.get(f"/v1/stats/posts/{row['post_id']}"),
                f"post {row['post_id']}",
            )
            same_names = {name: name for name in (*names, "reactions", "shares", "suppressed")}
            self._fields(what, shown, row, **same_names)
            reach = {"value": "reach", "numerator": "reached"}
            self._fields(f"{what} reach", shown["reach"], row, **reach)
            engagement = {
                "value": "engagement",
                "numerator": "early_interactors",
                "denominator": "early_viewers",
            }
            self._fields(f"{what} engagement", shown["engagement"], row, **engagement)
            self.same(
                f"{what} seconds",
                shown["seconds_to_first_response"],
                row["seconds_to_first_response"],
                within=0.001,
            )

    # --- Prometheus

    async def _prometheus(self) -> None:
        now, shown = await self._now(), await self._figures.samples()
        expected: dict[str, dict[str, float]] = {}
        for row in self._log.ask("totals", now=now):
            expected.setdefault(row["name"], {})[_labels(json.loads(row["labels"]))] = row["value"]
        label_of = {"mitmach_active_people": "window", "mitmach_groups": "state"}
        for row in self._log.ask("gauges", now=now):
            labels = {label_of[row["name"]]: row["label"]} if row["label"] else {}
            expected.setdefault(row["name"], {})[_labels(labels)] = row["value"]
        for label, days in (("7d", 7), ("30d", 30)):
            window = f"{now.date() - timedelta(days=days)}/{now.date()}"
            self._expect_ratios(expected, label, {"now": now, "window": window})
        for name, wanted in expected.items():
            # A counter of nothing may be there or not.
            counter = name.endswith("_total")
            queried = {labels: value for labels, value in wanted.items() if value or not counter}
            values = {
                _labels(labels): value
                for labels, value in shown.get(name, ())
                if value or not counter
            }
            self.same(f"{name}: labels", sorted(values), sorted(queried))
            within = LAST_DIGITS if "bound" in name else 0.0
            for of in values.keys() & queried.keys():
                self.same(f"{name}{of}", values[of], queried[of], within)

    def _expect_ratios(
        self, expected: dict[str, dict[str, float]], window: str, asked: dict[str, Any]
    ) -> None:
        def expect(name: str, value: float | None, **labels: str) -> None:
            samples = expected.setdefault(name, {})
            if value is not None:
                samples[_labels({"window": window, **labels})] = value

        for name in KPIS:
            (row,) = self._log.ask(name, **asked)
            expect("mitmach_kpi_ratio", row["value"], kpi=name)
            if name == "concentration":
                expect("mitmach_contributors", row["contributors"])
            if name == "participation":
                for rung in ("creators", "interactors", "viewers", "inactive"):
                    of_eligible = row[f"{rung}_of_eligible"]
                    expect("mitmach_participation_ratio", of_eligible, who=rung)
        for row in self._log.ask("formats", **asked):
            of = {"format": row["format"]}
            expect("mitmach_format_reach_ratio", row["reach"], **of)
            expect("mitmach_format_engagement_ratio", row["engagement"], **of)
            expect("mitmach_format_engagement_lift", row["lift"], **of)
            if row["engagement"] is not None:
                for bound in ("low", "high"):
                    bounds = {**of, "bound": bound}
                    expect("mitmach_format_engagement_bound_ratio", row[bound], **bounds)


def _labels(labels: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(labels.items())))


def _milliseconds(moment: datetime) -> int:
    return math.floor(moment.timestamp() * 1000)
