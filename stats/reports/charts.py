"""Data of static/kefu/js/console/charts.js, and the tables beside the charts."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.console import durations
from stats.engine.measures import Sums
from stats.metrics.metric import Metric, Text
from stats.reports.filters import ReportFilter
from stats.reports.presentation import text_of
from stats.reports.report import Chart, Report, Row


def charts(report: Report, form: ReportFilter, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The report's charts over `rows`, which are days in order."""
    before = _earlier_days(report, form) if form.compared else None
    return [_chart(chart, chart.lines_of(form.selection), rows, before) for chart in report.charts]


def _earlier_days(report: Report, form: ReportFilter) -> list[Sums]:
    """The sums of the days of the previous period, by position."""
    sums = [row.sums for row in report.rows(form.earlier)][: len(form.days)]
    return sums + [Sums()] * (len(form.days) - len(sums))


def _chart(chart: Chart, lines: Sequence[Metric], rows: Sequence[Row], before: Sequence[Sums] | None) -> dict[str, Any]:
    series = [_line(metric.label, at, metric, [row.sums for row in rows]) for at, metric in enumerate(lines)]
    if before is not None:
        label = _("%(metric)s, period before") % {"metric": lines[0].label}
        series.append(_line(label, "before", lines[0], before))
    days = [row.about for row in rows]
    data = {
        "unit": lines[0].unit,
        "locale": get_language(),
        "durations": durations.patterns(),
        "summary": f"{chart.title}: {days[0]} – {days[-1]}",
        "labels": [day.strftime("%m-%d") for day in days],
        "titles": [f"{day} {date_format(day, 'D')}" for day in days],
        "series": series,
    }
    table = [(day, [(each["name"], each["texts"][at]) for each in series]) for at, day in enumerate(days)]
    heads = [each["name"] for each in series]
    return {"title": chart.title, "id": f"chart-{chart.name}", "data": data, "heads": heads, "table": table}


def _line(label: Text, look: int | str, metric: Metric, sums: Sequence[Sums]) -> dict[str, Any]:
    values = [metric.value(each) for each in sums]
    return {
        "name": str(label),
        "look": f"series-{look}",
        "values": values,
        "texts": [text_of(value, metric.unit) for value in values],
    }
