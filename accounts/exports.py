"""The team and the audit log as Excel files."""

from datetime import tzinfo
from typing import Any
from urllib.parse import unquote_plus

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit_kinds
from accounts.models import Agent, AuditEntry
from core import clock
from core.actors import COMMAND_LINE
from core.listing import Listing, chosen_text
from core.spreadsheet import Column, Notes, SpreadsheetResponse, Table, download

CHUNK = 1000  # rows that are asked for at once


def agents_file(listing: Listing[Agent]) -> SpreadsheetResponse:
    """The list as it is filtered and sorted."""
    columns = (
        Column(_("Number"), lambda row: row.number, width=14),
        Column(_("Nickname"), lambda row: row.nickname),
        Column(_("E-mail"), lambda row: row.email or None, width=28),
        Column(_("Role"), lambda row: str(row.role), width=14),
        Column(_("Groups and skill weights"), groups_text, width=40),
        Column(_("Status"), lambda row: row.get_status_display(), width=12),
        Column(_("Handling"), lambda row: row.load, "number"),
        Column(_("Conversations at once"), lambda row: row.max_concurrent, "number", 18),
        Column(_("Account"), lambda row: _("Enabled") if row.is_active else _("Disabled"), width=12),
    )
    table = Table(_("Agents"), columns, listing.rows.iterator(chunk_size=CHUNK))
    return download(_name(_("Agents")), table, zone=_zone(), notes=_notes(listing))


def groups_text(agent: Agent) -> str | None:
    """An agent's groups with the skill weights."""
    return _(", ").join(f"{row.group.name} {row.weight}" for row in agent.memberships.all()) or None


def audit_file(listing: Listing[AuditEntry]) -> SpreadsheetResponse:
    """The entries as they are filtered and sorted, each side in words."""
    columns = (
        Column(_("Time"), lambda row: row.at, "time"),
        Column(_("Done by"), actor_text),
        Column(_("Address"), lambda row: row.address, width=18),
        Column(_("Action"), lambda row: str(audit_kinds.action_label(row.action))),
        Column(_("Kind of object"), lambda row: str(audit_kinds.kind_label(row.object_kind)), width=16),
        Column(_("Object"), audit_kinds.object_text),
        Column(_("Before"), lambda row: _side(row, 1), width=50),
        Column(_("After"), lambda row: _side(row, 2), width=50),
    )
    table = Table(_("Audit log"), columns, listing.rows.iterator(chunk_size=CHUNK))
    return download(_name(_("Audit log")), table, zone=_zone(), notes=_notes(listing))


def actor_text(entry: AuditEntry) -> str:
    """Who did it; the desk itself and its operators have no name of their own."""
    if (entry.actor_kind, entry.actor_name) == (COMMAND_LINE.kind, COMMAND_LINE.name):
        return _("Command line")
    return entry.actor_name or (_("System") if entry.actor_kind == "system" else "–")


def _side(entry: AuditEntry, place: int) -> str | None:
    changes = ((change.label, change[place]) for change in audit_kinds.changes_of(entry))
    return "\n".join(f"{label}: {value}" for label, value in changes if value is not None) or None


def told_of(listing: Listing[Any]) -> dict[str, Any]:
    """What the audit log says of a file: how many rows, and what narrowed them, as the page said it."""
    return {"rows": listing.total, "filter": {label: str(value) for label, value in _narrowed_by(listing)}}


def filter_text(stored: Any) -> str:
    """What narrowed the rows, for readers of the audit log; entries of earlier versions hold the list's address."""
    return unquote_plus(stored) if isinstance(stored, str) else audit_kinds.plain(stored)


def _notes(listing: Listing[Any]) -> Notes:
    facts = [(_("Time zone"), timezone.get_current_timezone_name()), (_("Exported"), clock.now())]
    return Notes(_("Definitions and filter"), [(_("Filter"), [*_asked_for(listing), *facts])])


def _narrowed_by(listing: Listing[Any]) -> list[tuple[str, Any]]:
    """Each filter that is in effect: its label, and a choice by its name or the value itself."""
    form = listing.form
    return [(str(form[name].label), chosen_text(form, name) or form.value(name)) for name in form.in_effect]


def _asked_for(listing: Listing[Any]) -> list[tuple[str, Any]]:
    """Every filter of the page: what narrowed the rows, and what did not."""
    narrowed = dict(_narrowed_by(listing))
    labels = [str(field.label) for field in listing.form.visible_fields()]
    return [(label, narrowed.get(label, _("All"))) for label in labels]


def _name(what: str) -> str:
    return f"{what}_{timezone.localtime(clock.now()):%Y%m%d}.xlsx"


def _zone() -> tzinfo:
    return timezone.get_current_timezone()
