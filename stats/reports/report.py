"""Declaration of a report: rows, columns, charts, file.

It yields the page with filter, sorting and links, the Excel file, both routes, and the audit log's labels
(docs/adding.md). `stats/reports/registry.py` lists them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.console.spreadsheet import Column
from stats.engine.measures import Sums
from stats.metrics.metric import Metric, Text
from stats.reports.filters import ReportFilter
from stats.reports.queries import Selection


@dataclass(frozen=True)
class Row:
    """A row: name, sums, and the history filters that list its conversations.

    `about` is what its cell draws where the name is not enough; `more` are values for sorting and for columns of the
    file.
    """

    name: str
    sums: Sums
    behind: Mapping[str, str] = field(default_factory=dict)
    about: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The column that says what a row is about, drawn by the template `cell` where that is more than a name.

    `sort` is its key in addresses, `keys` what it sorts by ("name" or names of `Row.more`); `ties` orders rows with
    equal metrics, reversed because metrics sort the largest first.
    """

    label: Text
    sort: str = "name"
    keys: tuple[str, ...] = ("name",)
    ties: tuple[str, ...] = ("-name",)
    cell: str = ""


@dataclass(frozen=True)
class Chart:
    """Lines of metrics over rows, which must be days; `agent_lines` where parts of agents are selected."""

    name: str
    title: Text
    lines: tuple[Metric, ...]
    agent_lines: tuple[Metric, ...]

    def lines_of(self, selection: Selection) -> tuple[Metric, ...]:
        """The lines for a selection."""
        return self.agent_lines if selection.of_parts else self.lines


def by_name(*metrics: Metric) -> dict[str, Metric]:
    """Columns keyed in addresses by the metrics' own names."""
    return {metric.name: metric for metric in metrics}


@dataclass(frozen=True)
class Report:
    """A page of the console, with a file for readers who may export.

    `columns` are metrics by their key in addresses; `agent_columns` replace them where an agent or group is selected,
    unless the report is about agents. Without `file_name` there is no file; the day is appended. `nothing` is shown on
    an empty page: heading and advice. `section` and `place`: its item in the navigation.
    """

    name: str
    title: Text
    address: str
    icon: str
    section: str
    place: int
    rows: Callable[[Selection], Sequence[Row]]
    total: Callable[[Selection], Sums]
    head: Head
    columns: Mapping[str, Metric]
    default: str
    agent_columns: Mapping[str, Metric] = field(default_factory=dict)
    filters: Callable[..., ReportFilter] = ReportFilter
    caption: Text = ""
    tiles: bool = False
    charts: tuple[Chart, ...] = ()
    file_name: Text = ""
    file_columns: tuple[Column, ...] = ()
    nothing: tuple[Text, Text] = ("", "")

    @property
    def file_address(self) -> str:
        """The route of the file, below the page's."""
        return f"{self.address.rstrip('/')}.xlsx"

    @property
    def sorts(self) -> dict[str, tuple[str, ...]]:
        """Sort key in addresses → what the rows are ordered by."""
        metrics = {**self.columns, **self.agent_columns}
        return {self.head.sort: self.head.keys, **{word: (it.name, *self.head.ties) for word, it in metrics.items()}}

    def columns_of(self, selection: Selection) -> Mapping[str, Metric]:
        """The columns for a selection."""
        return self.agent_columns if selection.of_parts and self.agent_columns else self.columns

    def listed(self, selection: Selection) -> list[dict[str, Any]]:
        """The rows for a `Listing`, with everything they can be sorted by."""
        metrics = self.columns_of(selection).values()
        return [
            {"row": row, "name": row.name, **row.more, **{it.name: it.value(row.sums) for it in metrics}}
            for row in self.rows(selection)
        ]
