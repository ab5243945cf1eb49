"""The Excel file of the workload: the rows of the page, and on a second sheet what they mean and what was asked."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.console.listing import Listing
from core.console.rounding import half_up
from core.console.spreadsheet import Column, Kind, Notes, SpreadsheetResponse, Table, Text, download
from stats.metrics.agents import WORKLOAD
from stats.metrics.metric import Metric, Unit
from stats.metrics.registry import READINGS
from stats.reports.filters import ReportFilter
from stats.reports.tables import workload_total

KINDS: dict[Unit, Kind] = {Unit.COUNT: "number", Unit.SHARE: "percent", Unit.SECONDS: "duration"}


def file_name(day: date) -> str:
    """The name that the product promises, in every language."""
    return f"企微客服工作量_{day:%Y%m%d}.xlsx"


def workload_file(listing: Listing[Any], *, zone: ZoneInfo, now: datetime) -> SpreadsheetResponse:
    """All rows of the current filter in the current order."""
    form = listing.form
    if not isinstance(form, ReportFilter):
        raise TypeError(form)
    totals = {"name": _("Total"), "sums": workload_total(form)}
    columns = [
        Column(_("Agent"), lambda row: row["name"]),
        Column(_("Number"), lambda row: row.get("number")),
        Column(_("Deleted"), lambda row: _("Deleted") if row.get("deleted") else None, width=10),
        *map(_column, WORKLOAD),
    ]
    table = Table(_("Agent workload"), columns, listing.rows, totals if listing.rows else None)
    return download(file_name(form.today), table, zone=zone, notes=_notes(form, zone, now))


def _column(metric: Metric) -> Column:
    def value(row: dict[str, Any]) -> Any:
        found = metric.value(row["sums"])
        if found is None or metric.unit is not Unit.SECONDS:
            return found
        return timedelta(seconds=half_up(found))

    return Column(metric.label, value, KINDS[metric.unit], 16)


def _notes(form: ReportFilter, zone: ZoneInfo, now: datetime) -> Notes:
    filters: list[tuple[Text, object]] = [*form.described, (_("Time zone"), zone.key), (_("Exported"), now)]
    sections: list[tuple[Text, list[tuple[Text, object]]]] = [(_("Filter"), filters)]
    sections += [(metric.label, _definition(metric)) for metric in WORKLOAD]
    sections.append((_("Also"), list(READINGS)))
    return Notes(_("Definitions and filter"), sections)


def _definition(metric: Metric) -> list[tuple[Text, object]]:
    return [
        (_("Meaning"), metric.help),
        (_("Numerator"), metric.numerator),
        (_("Denominator"), metric.denominator),
        (_("Not counted"), metric.exclusions),
    ]
