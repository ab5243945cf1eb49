"""The pages of reports."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from accounts.audit.exporting import export_with_audit
from accounts.permissions import Permission
from core import clock
from core.console.durations import NOTHING
from core.console.listing import Listing, list_page
from core.days import today
from core.web.request import TenantRequest
from stats.metrics.agents import WORKLOAD
from stats.metrics.registry import METRICS
from stats.reports import exports, queries, tables
from stats.reports.filters import OverviewFilter, ReportFilter
from stats.reports.periods import Period

OVERVIEW_SORTS = {"day": ("day",), **{name: (name, "day") for name in METRICS}}


def zone_of(request: TenantRequest) -> ZoneInfo:
    """The tenant's time zone: its days are the reports' days."""
    return ZoneInfo(request.user.tenant.time_zone)


@require_GET
def overview(request: TenantRequest) -> HttpResponseBase:
    """The numbers of a period: tiles, lines by day, a table of days."""
    listing = _listing(request, OverviewFilter, rows=tables.day_rows, sorts=OVERVIEW_SORTS, default="-day")
    form: Any = listing.form
    behind = _behind(request, form)
    in_order = sorted(listing.rows, key=lambda row: row["day"])
    context = {
        **_page_context(request, listing),
        "tiles": tables.tiles(form, behind),
        "before": tables.period_text(form.earlier.days),
        "charts": tables.charts(form, in_order),
        "metrics": form.metrics,
        "definitions": tables.definitions(form.metrics),
        "table": [(row["day"], tables.day_cells(form, row, behind)) for row in listing.page],
    }
    return list_page(request, listing, "stats/reports/overview.html", "stats/reports/_overview.html", context)


@require_GET
def workload(request: TenantRequest) -> HttpResponseBase:
    """What each agent did."""
    listing = _workload_listing(request)
    form: Any = listing.form
    behind = _behind(request, form)
    context = {
        **_page_context(request, listing),
        "heads": list(zip(tables.PARTS_SORTS, WORKLOAD, strict=True)),
        "definitions": tables.definitions(WORKLOAD),
        "table": [(row["agent"], tables.agent_cells(row, behind)) for row in listing.page],
        "totals": tables.cells(WORKLOAD, tables.workload_total(form), behind.of),
        "may_export": Permission.EXPORT in request.user.role.permissions,
    }
    return list_page(request, listing, "stats/reports/workload.html", "stats/reports/_workload.html", context)


@require_POST
def workload_export(request: TenantRequest) -> HttpResponseBase:
    """The same rows as an Excel file. That somebody took them away stands in the audit log.

    Beside the right to export it needs the right to see the report.
    """
    listing = _workload_listing(request)
    form: Any = listing.form
    return export_with_audit(
        actor=request.user.actor(),
        needs=(Permission.REPORTS,),
        file=lambda: exports.workload_file(listing, zone=zone_of(request), now=clock.now()),
        action="report.exported",
        kind="report",
        name=exports.file_name(form.today),
        details={"report": "workload", "rows": listing.total, **form.recorded},
    )


def _listing(request: TenantRequest, kind: type[ReportFilter], **options: Any) -> Listing[Any]:
    return Listing(request, filters=partial(kind, today=today(zone_of(request))), **options)


def _workload_listing(request: TenantRequest) -> Listing[Any]:
    sorts = tables.WORKLOAD_SORTS
    return _listing(request, ReportFilter, rows=tables.agent_rows, sorts=sorts, default="-conversations")


def _behind(request: TenantRequest, form: ReportFilter) -> tables.Behind:
    """Whoever may see only some conversations gets no links: their lists would not be what was counted."""
    needed = {Permission.HISTORY, Permission.SEE_ALL}
    return tables.behind_of(form, allowed=needed <= set(request.user.role.permissions))


def _page_context(request: TenantRequest, listing: Listing[Any]) -> dict[str, Any]:
    """What all reports have in common."""
    form: Any = listing.form
    zone = zone_of(request)
    return {
        "periods": [
            (label, listing.query(period=_word(name), **{"from": None, "to": None}), form.period == name)
            for name, label in Period.choices
            if name != Period.CUSTOM
        ],
        "period": form.period,
        "days": tables.period_text(form.days),
        "zone": zone.key,
        "counted_until": queries.counted_until().astimezone(zone),
        "nothing": NOTHING,
    }


def _word(period: str) -> str | None:
    return None if period == Period.WEEK else period
