"""The Excel file of a report: the page's rows, and a second sheet with definitions and filters."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import FileResponse
from django.utils.translation import gettext as _

from core.console.spreadsheet import Column, Kind, Notes, Table, Text, download
from stats.metrics.metric import Metric, Unit
from stats.metrics.registry import READINGS
from stats.reports.filters import ReportFilter
from stats.reports.report import Report, Row

KINDS: dict[Unit, Kind] = {Unit.COUNT: "number", Unit.SHARE: "percent", Unit.SECONDS: "duration"}


def file_name(report: Report, day: date) -> str:
    """The report's file name with the day of the export."""
    return f"{report.file_name}_{day:%Y%m%d}.xlsx"


def report_file(report: Report, form: ReportFilter, rows: list[Row], *, zone: ZoneInfo, now: datetime) -> FileResponse:
    """The file with these rows and the total of the selection."""
    metrics = list(report.columns_of(form.selection).values())
    columns = [Column(report.head.label, lambda row: row.name), *report.file_columns, *map(_column, metrics)]
    total = Row(_("Total"), report.total(form.selection)) if rows else None
    notes = _notes(form, metrics, zone, now)
    return download(file_name(report, form.today), Table(report.title, columns, rows, total), zone=zone, notes=notes)


def _column(metric: Metric) -> Column:
    def value(row: Row) -> Any:
        found = metric.value(row.sums)
        if found is None or metric.unit is not Unit.SECONDS:
            return found
        return timedelta(seconds=found)

    return Column(metric.label, value, KINDS[metric.unit], 16)


def _notes(form: ReportFilter, metrics: list[Metric], zone: ZoneInfo, now: datetime) -> Notes:
    filters: list[tuple[Text, object]] = [*form.described, (_("Time zone"), zone.key), (_("Exported"), now)]
    sections: list[tuple[Text, list[tuple[Text, object]]]] = [(_("Filter"), filters)]
    sections += [(metric.label, _definition(metric)) for metric in metrics]
    sections.append((_("Also"), list(READINGS)))
    return Notes(_("Definitions and filter"), sections)


def _definition(metric: Metric) -> list[tuple[Text, object]]:
    return [
        (_("Meaning"), metric.help),
        (_("Numerator"), metric.numerator),
        (_("Denominator"), metric.denominator),
        (_("Not counted"), metric.exclusions),
    ]
