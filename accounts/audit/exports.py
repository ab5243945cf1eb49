"""The audit log as an Excel file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import kinds
from accounts.audit.exporting import CHUNK, dated_name, notes_of
from accounts.models import AuditEntry
from core.actors import COMMAND_LINE
from core.console.listing import Listing
from core.console.spreadsheet import Column, SpreadsheetResponse, Table, download


def audit_file(listing: Listing[AuditEntry]) -> SpreadsheetResponse:
    """The entries as they are filtered and sorted, each side in words."""
    columns = (
        Column(_("Time"), lambda row: row.at, "time"),
        Column(_("Done by"), actor_text),
        Column(_("Address"), lambda row: row.address, width=18),
        Column(_("Action"), lambda row: str(kinds.action_label(row.action))),
        Column(_("Kind of object"), lambda row: str(kinds.kind_label(row.object_kind)), width=16),
        Column(_("Object"), kinds.object_text),
        Column(_("Before"), lambda row: _side(row, 1), width=50),
        Column(_("After"), lambda row: _side(row, 2), width=50),
    )
    table = Table(_("Audit log"), columns, listing.rows.iterator(chunk_size=CHUNK))
    return download(dated_name(_("Audit log")), table, zone=timezone.get_current_timezone(), notes=notes_of(listing))


def actor_text(entry: AuditEntry) -> str:
    """Who did it; the desk itself and its operators have no name of their own."""
    if (entry.actor_kind, entry.actor_name) == (COMMAND_LINE.kind, COMMAND_LINE.name):
        return _("Command line")
    return entry.actor_name or (_("System") if entry.actor_kind == "system" else "–")


def _side(entry: AuditEntry, place: int) -> str | None:
    changes = ((change.label, change[place]) for change in kinds.changes_of(entry))
    lines = (
        _("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in changes if value is not None
    )
    return "\n".join(lines) or None
