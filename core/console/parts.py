"""Parts of the console (templates/parts/) as functions, for what stands in every row of a table: cells are drawn by the
thousand, and a template costs ten times as much."""

from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from heroicons.templatetags import heroicons


@lru_cache(maxsize=1000)
def drawn_icon(style: str, name: str, **attributes: Any) -> SafeString:
    """A heroicon of a style, such as "mini"; drawn once."""
    return SafeString(getattr(heroicons, f"heroicon_{style}")(name, **attributes))


def icon(name: str) -> SafeString:
    """A small heroicon."""
    return drawn_icon("micro", name)


def chip(text: object, level: str = "", icon_name: str = "") -> SafeString:
    """As `parts/_chip.html`."""
    kind, sign = f" chip-{level}" if level else "", icon(icon_name) if icon_name else ""
    return format_html('<span class="chip{}">{}{}</span>', kind, sign, text)


def status(code: str, label: object) -> SafeString:
    """As `parts/_status.html`."""
    return format_html('<span class="status"><span class="dot" data-status="{}"></span>{}</span>', code, label)
