"""What the pages of reports show: tiles, charts and cells, each number with the address of its conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Agent
from core.console import durations
from stats.engine.measures import Sums
from stats.metrics import agents, overview, registry
from stats.metrics.agents import WORKLOAD
from stats.metrics.metric import Metric, Text
from stats.reports import presentation, queries
from stats.reports.filters import OverviewFilter, ReportFilter
from stats.reports.periods import Days

LINES = (overview.CONVERSATIONS, overview.HUMAN_CONVERSATIONS, overview.CUSTOMERS)
AGENT_LINES = (agents.AGENT_CONVERSATIONS, agents.AGENT_CUSTOMERS)
PARTS_SORTS = ("conversations", "customers", "messages", "reply_rate", "first_response", "handover_response")
WORKLOAD_SORTS: dict[str, tuple[Any, ...]] = {
    "name": ("name", "number"),
    **{word: (metric.name, "-name", "-number") for word, metric in zip(PARTS_SORTS, agents.WORKLOAD, strict=True)},
}


@dataclass(frozen=True)
class Number:
    """A number on a page: its metric's words, its text, the conversations behind it, what it was before."""

    label: str | Promise
    help: str | Promise
    text: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Behind:
    """Makes the addresses of conversations; empty ones for who may not see them all."""

    filters: Mapping[str, str]
    allowed: bool

    def of(self, metric: Metric, **narrower: str) -> str:
        """The conversations behind a metric's number."""
        wanted = {**self.filters, **narrower, **metric.behind}
        wanted |= {word: wanted[name] for name, word in metric.by.items() if name in wanted}
        if metric.of_parts and "agent" not in wanted:
            wanted["human"] = "yes"
        return f"{reverse('conversations:history')}?{urlencode(wanted)}" if self.allowed else ""

    def day(self, metric: Metric, day: date) -> str:
        """Of one day."""
        return self.of(metric, **{"from": day.isoformat(), "to": day.isoformat()})

    def agent(self, metric: Metric, agent: Agent) -> str:
        """Of one agent."""
        return self.of(metric, agent=agent.public_id)


def definitions(measures: Sequence[Metric]) -> list[tuple[Text, Text]]:
    """What these numbers mean, and what holds for all of them."""
    return [*((metric.label, metric.help) for metric in measures), *registry.READINGS]


def day_rows(form: OverviewFilter) -> list[dict[str, Any]]:
    """Each day with its sums and values: all of them, also those on which nothing happened."""
    sums = queries.by_day(form.selection)
    found: list[dict[str, Any]] = [{"day": day, "sums": sums.get(day, Sums())} for day in form.days.all()]
    return [row | {metric.name: metric.value(row["sums"]) for metric in form.metrics} for row in found]


def agent_rows(form: ReportFilter) -> list[dict[str, Any]]:
    """Each agent with sums and values."""
    return [
        {
            "agent": work.agent,
            "name": work.agent.nickname,
            "number": work.agent.number,
            "deleted": work.agent.deleted_at is not None,
            "sums": work.sums,
        }
        | {metric.name: metric.value(work.sums) for metric in WORKLOAD}
        for work in queries.by_agent(form.selection)
    ]


def tiles(form: OverviewFilter, behind: Behind) -> list[Number]:
    """The numbers of the period, and what they were in the period before."""
    now, earlier = queries.total(form.selection), queries.total(form.earlier)
    return [
        Number(
            metric.label,
            metric.help,
            presentation.shown(metric, now),
            behind.of(metric),
            presentation.change(metric, now, earlier),
        )
        for metric in form.metrics
    ]


def cells(measures: Sequence[Metric], sums: Sums, address: Any) -> list[Number]:
    """The numbers of a row; `address(metric)` leads to their conversations."""
    return [Number(metric.label, metric.help, presentation.shown(metric, sums), address(metric)) for metric in measures]


def day_cells(form: OverviewFilter, row: Mapping[str, Any], behind: Behind) -> list[Number]:
    """A day of the table."""
    return cells(form.metrics, row["sums"], lambda metric: behind.day(metric, row["day"]))


def agent_cells(row: Mapping[str, Any], behind: Behind) -> list[Number]:
    """An agent of the workload table."""
    return cells(agents.WORKLOAD, row["sums"], lambda metric: behind.agent(metric, row["agent"]))


def workload_total(form: ReportFilter) -> Sums:
    """All rows of the workload together; a conversation counts once."""
    return queries.parts_total(form.selection)


def charts(form: OverviewFilter, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What static/kefu/js/console/charts.js draws, and the tables beside it; `rows` are the days in their order."""
    everything = not form.selection.of_parts
    counts = LINES if everything else AGENT_LINES
    response = overview.AVERAGE_FIRST_RESPONSE if everything else agents.AGENT_FIRST_RESPONSE
    before = _earlier_days(form) if form.value("compare") else None
    return [
        _chart(_("Conversations by day"), "conversations", counts, rows, before),
        _chart(_("Average first response by day"), "response", (response,), rows, before),
    ]


def _earlier_days(form: OverviewFilter) -> list[Sums]:
    """The days of the period before, beside those of the period: the first with the first."""
    found, days = queries.by_day(form.earlier), form.earlier.days.all()[: len(form.days)]
    sums = [found.get(day, Sums()) for day in days]
    return sums + [Sums()] * (len(form.days) - len(sums))


def _chart(
    title: str,
    name: str,
    measures: Sequence[Metric],
    rows: Sequence[Mapping[str, Any]],
    before: Sequence[Sums] | None,
) -> dict[str, Any]:
    series = [_line(metric.label, at, metric, [row["sums"] for row in rows]) for at, metric in enumerate(measures)]
    if before is not None:
        label = _("%(metric)s, period before") % {"metric": measures[0].label}
        series.append(_line(label, "before", measures[0], before))
    days = [row["day"] for row in rows]
    data = {
        "unit": measures[0].unit,
        "locale": get_language(),
        "durations": durations.patterns(),
        "summary": f"{title}: {days[0]} – {days[-1]}",
        "labels": [day.strftime("%m-%d") for day in days],
        "titles": [f"{day} {date_format(day, 'D')}" for day in days],
        "series": series,
    }
    table = [(day, [each["texts"][at] for each in series]) for at, day in enumerate(days)]
    return {"title": title, "id": f"chart-{name}", "data": data, "heads": [each["name"] for each in series],
            "table": table}  # fmt: skip


def _line(label: str | Promise, look: int | str, metric: Metric, sums: Sequence[Sums]) -> dict[str, Any]:
    values = [metric.value(each) for each in sums]
    return {
        "name": str(label),
        "look": f"series-{look}",
        "values": values,
        "texts": [presentation.text_of(value, metric.unit) for value in values],
    }


def period_text(days: Days) -> str:
    """From – to."""
    return str(days.since) if days.since == days.until else f"{days.since} – {days.until}"


def behind_of(form: ReportFilter, *, allowed: bool) -> Behind:
    """The addresses for a report's filter."""
    return Behind(form.behind, allowed)
