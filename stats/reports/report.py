"""A report, declared: what its rows are about, its columns, what is drawn above them, what its file is called.

One declaration gives the page with its filter, sorting and links, the Excel file, both addresses and the words of the
audit log (docs/adding.md). `stats/reports/registry.py` lists them.
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
    """What one row is about, by name; its sums; the filters of the history that narrow to its conversations.

    `about` is what its cell draws, where that is more than the name; `more` are values to sort by, and of columns that
    only the file has.
    """

    name: str
    sums: Sums
    behind: Mapping[str, str] = field(default_factory=dict)
    about: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The column that says what a row is about, drawn by the template `cell` where that is more than a name.

    `sort` is its word in addresses, `keys` what it sorts by ("name" or names of `Row.more`); `ties` orders rows that
    are equal in a metric: the other way round, because of metrics the largest come first.
    """

    label: Text
    sort: str = "name"
    keys: tuple[str, ...] = ("name",)
    ties: tuple[str, ...] = ("-name",)
    cell: str = ""


@dataclass(frozen=True)
class Chart:
    """Lines of metrics over the rows, which must be days; other metrics where parts of agents are meant."""

    name: str
    title: Text
    lines: tuple[Metric, ...]
    agent_lines: tuple[Metric, ...]

    def lines_of(self, selection: Selection) -> tuple[Metric, ...]:
        """The lines for what is asked for."""
        return self.agent_lines if selection.of_parts else self.lines


def by_name(*metrics: Metric) -> dict[str, Metric]:
    """Columns whose words in addresses are the metrics' own names."""
    return {metric.name: metric for metric in metrics}


@dataclass(frozen=True)
class Report:
    """A page of the console, and a file for who may take one.

    `columns` are metrics by their words in addresses; `agent_columns` take their place where an agent or a group is
    asked for, unless the report is about agents anyway. Without a `file_name` there is no file; the day is added to it.
    `nothing` is what an empty page says: a heading, and what to do. `section` and `place`: where the rail has it.
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
        """Beside the page."""
        return f"{self.address.rstrip('/')}.xlsx"

    @property
    def sorts(self) -> dict[str, tuple[str, ...]]:
        """Words in addresses, and what they order the rows by."""
        metrics = {**self.columns, **self.agent_columns}
        return {self.head.sort: self.head.keys, **{word: (it.name, *self.head.ties) for word, it in metrics.items()}}

    def columns_of(self, selection: Selection) -> Mapping[str, Metric]:
        """The columns for what is asked for."""
        return self.agent_columns if selection.of_parts and self.agent_columns else self.columns

    def listed(self, selection: Selection) -> list[dict[str, Any]]:
        """The rows for a `Listing`, each with everything that they can be sorted by."""
        metrics = self.columns_of(selection).values()
        return [
            {"row": row, "name": row.name, **row.more, **{it.name: it.value(row.sums) for it in metrics}}
            for row in self.rows(selection)
        ]
