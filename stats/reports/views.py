"""Views of reports, for every declaration."""

from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.exporting import export_with_audit
from accounts.permissions import Permission
from core import clock
from core.console.listing import Listing, list_page
from core.days import today
from core.web.request import TenantRequest
from stats.reports import exports, queries
from stats.reports.charts import charts
from stats.reports.filters import ReportFilter
from stats.reports.numbers import Behind, columns, definitions, tiles
from stats.reports.periods import Period
from stats.reports.report import Report, Row


@require_GET
def report_page(request: TenantRequest, report: Report) -> HttpResponseBase:
    """The page: tiles and charts where the report declares them, and the table."""
    listing, form = _listed(request, report)
    context = {
        "report": report,
        **_period(request, listing, form),
        **_numbers(request, report, listing, form),
        "charts": _drawn(report, listing, form),
        "file": _file_address(request, report),
    }
    return list_page(request, listing, "stats/reports/report.html", "stats/reports/_report.html", context)


@require_POST
def report_export(request: TenantRequest, report: Report) -> HttpResponseBase:
    """The page's rows as an Excel file, with an audit entry.

    Needs the permissions to export and to see the report.
    """
    listing, form = _listed(request, report)
    rows = [each["row"] for each in listing.rows]
    return export_with_audit(
        actor=request.user.actor(),
        needs=(Permission.REPORTS,),
        file=lambda: exports.report_file(report, form, rows, zone=zone_of(request), now=clock.now()),
        action="report.exported",
        kind="report",
        name=exports.file_name(report, form.today),
        details={"report": report.name, "rows": listing.exact_total, **form.recorded},
    )


def zone_of(request: TenantRequest) -> ZoneInfo:
    """The tenant's time zone, by which reports count days."""
    return ZoneInfo(request.user.tenant.time_zone)


def _listed(request: TenantRequest, report: Report) -> tuple[Listing[Any], ReportFilter]:
    listing: Listing[Any] = Listing(
        request,
        rows=lambda form: report.listed(form.selection),
        filters=partial(report.filters, today=today(zone_of(request))),
        sorts=report.sorts,
        default=report.default,
    )
    return listing, cast(ReportFilter, listing.form)


def _numbers(request: TenantRequest, report: Report, listing: Listing[Any], form: ReportFilter) -> dict[str, Any]:
    selection, behind = form.selection, _behind(request, form)
    metrics, total = tuple(report.columns_of(selection).values()), report.total(selection)
    return {
        "columns": columns(report, selection, behind),
        "metrics": metrics,
        "definitions": definitions(metrics),
        "totals": {"row": Row(_("Total"), total)},
        "before": str(form.earlier.days) if report.tiles else "",
        "tiles": tiles(metrics, total, report.total(form.earlier), behind) if report.tiles else [],
    }


def _behind(request: TenantRequest, form: ReportFilter) -> Behind:
    """Links to conversations; none for readers who see only some, whose lists would differ from the numbers."""
    needed = {Permission.HISTORY, Permission.SEE_ALL}
    return Behind(form.behind, needed <= set(request.user.role.permissions))


def _drawn(report: Report, listing: Listing[Any], form: ReportFilter) -> list[dict[str, Any]]:
    in_order = sorted(listing.rows, key=lambda each: [each[key] for key in report.head.keys])
    return charts(report, form, [each["row"] for each in in_order]) if report.charts else []


def _file_address(request: TenantRequest, report: Report) -> str:
    may = report.file_name and Permission.EXPORT in request.user.role.permissions
    return reverse(f"stats:{report.name}_export") if may else ""


def _period(request: TenantRequest, listing: Listing[Any], form: ReportFilter) -> dict[str, Any]:
    """The days shown, the named periods, and the time until which events are counted."""
    zone = zone_of(request)
    return {
        "periods": [
            (label, listing.query(period=_word(name), **{"from": None, "to": None}), form.period == name)
            for name, label in Period.choices
            if name != Period.CUSTOM
        ],
        "period": form.period,
        "days": str(form.days),
        "zone": zone.key,
        "counted_until": queries.counted_until().astimezone(zone),
    }


def _word(period: str) -> str | None:
    return None if period == Period.WEEK else period
