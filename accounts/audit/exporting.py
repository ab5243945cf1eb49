"""Exports of rows: permissions, the notes sheet, and the audit entry."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.db import transaction
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import kinds, record
from accounts.permissions import Permission
from core import clock
from core.actors import Actor
from core.console.columns import sheet_of
from core.console.filters import FilterForm, chosen_text
from core.console.listing import Listing
from core.console.pages import done
from core.console.spreadsheet import Notes, Table, TooManyRows, download
from core.console.subject import Subject, listing_of
from core.web.request import TenantRequest


@transaction.atomic
def export_with_audit(
    *,
    actor: Actor,
    needs: tuple[str, ...],
    file: Callable[[], FileResponse],
    action: str,
    kind: str,
    details: Mapping[str, Any],
    name: str = "",
) -> FileResponse:
    """The file, for actors with EXPORT and the permissions in `needs`; records an audit entry with `details`.

    Where the file cannot be made there is no entry.
    """
    for permission in (Permission.EXPORT, *needs):
        actor.require(permission)
    answer = file()
    record.record(actor=actor, action=action, kind=kind, object_id=None, name=name, before={}, after=details)
    return answer


def export_of(subject: Subject, request: TenantRequest) -> HttpResponseBase:
    """The rows that a subject's list shows, as an Excel file; where they are too many back to the list, with a word."""
    found, kind = listing_of(subject, request), subject.export_kind
    try:
        return export_with_audit(
            actor=request.user.actor(),
            needs=(subject.permission,),
            file=lambda: _file_of(subject, found),
            action=f"{kind}.exported",
            kind=kind,
            details=filter_details(found),
        )
    except TooManyRows as refusal:
        return done(request, reverse(subject.home) + found.query(), str(refusal), "warn")


def _file_of(subject: Subject, found: Listing[Any]) -> FileResponse:
    if found.exact_total > subject.max_exported:
        raise TooManyRows(subject.max_exported)
    table = Table(subject.words.many, sheet_of(subject.columns), found.every_row)
    name, zone = dated_name(str(subject.words.many)), timezone.get_current_timezone()
    return download(name, table, zone=zone, notes=notes_of(found))


def filter_details(listing: Listing[Any]) -> dict[str, Any]:
    """What the audit log says of a file: how many rows, and what narrowed them, as the page said it."""
    return {
        "rows": listing.exact_total,
        "filter": {label: str(value) for label, value in _narrowed_by(listing.form).items()},
    }


def filter_text(stored: Any) -> str:
    """The audited filter as text; entries of earlier versions hold the list's query string."""
    return unquote_plus(stored) if isinstance(stored, str) else kinds.plain(stored)


def notes_of(listing: Listing[Any]) -> Notes:
    """The notes sheet: filters, time zone, and time of the export."""
    values = [(_("Time zone"), timezone.get_current_timezone_name()), (_("Exported"), clock.now())]
    return Notes(_("Definitions and filter"), [(_("Filter"), [*_asked_for(listing.form), *values])])


def _narrowed_by(form: FilterForm) -> dict[str, Any]:
    """Each filter with a value, also where an address without it means one: its label, and a choice by its name or the
    value itself."""
    given = {field.name: str(field.label) for field in form.visible_fields() if form.value(field.name)}
    return {label: chosen_text(form, name) or form.value(name) for name, label in given.items()}


def _asked_for(form: FilterForm) -> list[tuple[str, Any]]:
    """Every filter of the page: what narrowed the rows, and what did not."""
    narrowed = _narrowed_by(form)
    labels = [str(field.label) for field in form.visible_fields()]
    return [(label, narrowed.get(label, _("All"))) for label in labels]


def dated_name(what: str) -> str:
    """The file name with today's date in the reader's time zone."""
    return f"{what}_{timezone.localtime(clock.now()):%Y%m%d}.xlsx"
