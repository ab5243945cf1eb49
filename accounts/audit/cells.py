"""Cells of the audit log."""

from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from accounts.audit.kinds import Change
from core.console.durations import NO_VALUE
from core.console.parts import html, html_join, text, time_of

NO_CHANGES = SafeString(f'<span class="no-changes">{NO_VALUE}</span>')
ARROW = SafeString(' <span aria-hidden="true">→</span> ')


def at_cell(entry: Any, at: datetime) -> SafeString:
    """When it was, to the second."""
    return time_of(at, "%Y-%m-%d %H:%M:%S")


def who_cell(entry: Any, who: str) -> SafeString:
    """Who did it, and from which address."""
    address = html('<br><span class="hint numeric nowrap">{}</span>', entry.address) if entry.address else ""
    return html("<span>{}{}</span>", who, address)


def object_cell(entry: Any, name: str) -> SafeString:
    """What it was done to, and what that is."""
    shown = html('<a href="{}">{}</a>', entry.page, name) if entry.page else text(name or NO_VALUE)
    return html('{}<br><span class="hint">{}</span>', shown, entry.kind)


def changes_cell(entry: Any, changes: list[Change] | None) -> SafeString:
    """What became of each field, before → after."""
    rows = ((change.label, _change(change)) for change in changes or ())
    lines = html_join("<div><dt>{}</dt><dd>{}</dd></div>", rows)
    return html('<dl class="changes">{}</dl>', lines) if lines else NO_CHANGES


def _change(change: Change) -> SafeString:
    sides = (("<del>{}</del>", change.before), ("<ins>{}</ins>", change.after))
    return SafeString(ARROW.join([html(form, side) for form, side in sides if side is not None]))
