"""The agents as an Excel file."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit.exporting import CHUNK, dated_name, notes_of
from accounts.models import Agent
from core.console.listing import Listing
from core.console.spreadsheet import Column, SpreadsheetResponse, Table, download


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
    return download(dated_name(_("Agents")), table, zone=timezone.get_current_timezone(), notes=notes_of(listing))


def groups_text(agent: Agent) -> str | None:
    """An agent's groups with the skill weights."""
    return _(", ").join(f"{row.group.name} {row.weight}" for row in agent.memberships.all()) or None
