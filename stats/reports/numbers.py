"""Numbers as pages show them: text, link to the conversations, and the change from the previous period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from core.console.columns import Column
from core.console.durations import NO_VALUE
from core.console.parts import html, text
from stats.engine.measures import Sums
from stats.metrics.metric import Metric, Text
from stats.metrics.registry import READINGS
from stats.reports.presentation import change, shown
from stats.reports.queries import Selection
from stats.reports.report import Report, Row


@dataclass(frozen=True)
class Number:
    """A metric's label and text, the address of its conversations, what it belongs to (such as an agent), and a
    note."""

    label: Text
    help: Text
    text: str
    href: str
    what: str = ""
    note: str = ""


@dataclass(frozen=True)
class Behind:
    """Builds addresses of conversations; "" for readers who may not see all of them."""

    filters: Mapping[str, str]
    allowed: bool

    def of(self, metric: Metric, narrower: Mapping[str, str]) -> str:
        """The address of a metric's conversations; `narrower` are the filters of a row."""
        wanted = {**self.filters, **narrower, **metric.behind}
        wanted |= {word: wanted[name] for name, word in metric.by.items() if name in wanted}
        if metric.of_parts and "agent" not in wanted:
            wanted["human"] = "yes"
        return f"{reverse('conversations:history')}?{urlencode(wanted)}" if self.allowed else ""


def columns(report: Report, selection: Selection, behind: Behind) -> tuple[Column, ...]:
    """The columns of a report's table, whose rows are those of its list: what each is about, and its numbers."""
    head = Column(
        report.head.sort, report.head.label, "name", value=lambda each: each["row"].name, cell=report.head.cell
    )
    return (head, *(_column(word, metric, behind) for word, metric in report.columns_of(selection).items()))


def number_cell(row: Any, number: Number) -> SafeString:
    """The number, and the way to its conversations."""
    if not number.href or number.text == NO_VALUE:
        return SafeString(text(number.text))
    label = f"{number.label} {number.what}: {number.text}"
    return html('<a href="{}" aria-label="{}">{}</a>', number.href, label, number.text)


def _column(word: str, metric: Metric, behind: Behind) -> Column:
    def number(each: Mapping[str, Any]) -> Number:
        row: Row = each["row"]
        return Number(metric.label, metric.help, shown(metric, row.sums), behind.of(metric, row.behind), row.name)

    return Column(word, metric.label, "number", value=number, cell=number_cell, hint=metric.help)


def tiles(metrics: Iterable[Metric], now: Sums, earlier: Sums, behind: Behind) -> list[Number]:
    """The numbers of a period, with their change from the previous one."""
    return [
        Number(metric.label, metric.help, shown(metric, now), behind.of(metric, {}), note=change(metric, now, earlier))
        for metric in metrics
    ]


def definitions(metrics: Iterable[Metric]) -> Sequence[tuple[Text, Text]]:
    """(label, definition) of these metrics, and the remarks that apply to all."""
    return [*((metric.label, metric.help) for metric in metrics), *READINGS]
