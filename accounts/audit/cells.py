"""Cells of the audit log."""

from datetime import datetime
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts.audit.kinds import Change
from core.console.durations import NO_VALUE

NO_CHANGES = SafeString(f'<span class="no-changes">{NO_VALUE}</span>')
ARROW = SafeString(' <span aria-hidden="true">→</span> ')


def at_cell(entry: Any, at: datetime) -> SafeString:
    """When it was, to the second."""
    moment = localtime(at)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), f"{moment:%Y-%m-%d %H:%M:%S}")


def who_cell(entry: Any, who: str) -> SafeString:
    """Who did it, and from which address."""
    address = format_html('<br><span class="hint numeric nowrap">{}</span>', entry.address) if entry.address else ""
    return format_html("<span>{}{}</span>", who, address)


def object_cell(entry: Any, name: str) -> SafeString:
    """What it was done to, and what that is."""
    shown = format_html('<a href="{}">{}</a>', entry.page, name) if entry.page else conditional_escape(name or NO_VALUE)
    return format_html('{}<br><span class="hint">{}</span>', shown, entry.kind)


def changes_cell(entry: Any, changes: list[Change] | None) -> SafeString:
    """What became of each field, before → after."""
    rows = ((change.label, _change(change)) for change in changes or ())
    lines = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
    return format_html('<dl class="changes">{}</dl>', lines) if lines else NO_CHANGES


def _change(change: Change) -> SafeString:
    sides = (("<del>{}</del>", change.before), ("<ins>{}</ins>", change.after))
    return SafeString(ARROW.join([format_html(form, text) for form, text in sides if text is not None]))
