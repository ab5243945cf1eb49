"""Parts of the console (templates/parts/) as functions, for what stands in every row of a table: cells are drawn by the
thousand, and a template costs ten times as much."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from heroicons.templatetags import heroicons


def text(value: Any) -> str:
    """A value as HTML: escaped, unless it is HTML already. Django's `conditional_escape` does the same, three times
    as slowly."""
    if type(value) is str:
        return escape(value)
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def html(form: str, *values: Any, **named: Any) -> SafeString:
    """As Django's `format_html`: what goes into the form is escaped."""
    return SafeString(form.format(*map(text, values), **{name: text(value) for name, value in named.items()}))


def html_join(form: str, rows: Iterable[tuple[Any, ...]]) -> SafeString:
    """The form once for each row."""
    return SafeString("".join([html(form, *row) for row in rows]))


@lru_cache(maxsize=1000)
def drawn_icon(style: str, name: str, **attributes: Any) -> SafeString:
    """A heroicon of a style, such as "mini"; drawn once."""
    return SafeString(getattr(heroicons, f"heroicon_{style}")(name, **attributes))


def icon(name: str) -> SafeString:
    """A small heroicon."""
    return drawn_icon("micro", name)


def time_of(at: datetime, form: str = "%Y-%m-%d %H:%M") -> SafeString:
    """A moment in the reader's zone."""
    moment = localtime(at)
    return html('<time datetime="{}">{}</time>', moment.isoformat(), format(moment, form))


def chip(label: object, level: str = "", icon_name: str = "") -> SafeString:
    """As `parts/_chip.html`."""
    kind, sign = f" chip-{level}" if level else "", icon(icon_name) if icon_name else ""
    return html('<span class="chip{}">{}{}</span>', kind, sign, label)


def status(code: str, label: object) -> SafeString:
    """As `parts/_status.html`."""
    return html('<span class="status"><span class="dot" data-status="{}"></span>{}</span>', code, label)
