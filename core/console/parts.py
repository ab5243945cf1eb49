"""Parts of the console (templates/parts/) as functions, for what stands in every row of a table: cells are drawn by the
thousand, and a template costs ten times as much."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from heroicons.templatetags import heroicons

SORT_SIGNS = {"ascending": "chevron-up", "descending": "chevron-down", "none": "chevron-up-down"}


def text(value: Any) -> str:
    """A value as HTML: escaped, unless it is HTML already. Django's `conditional_escape` does the same, three times
    as slowly."""
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return escape(value)
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def html(form: str, *values: Any, **named: Any) -> SafeString:
    """As Django's `format_html`: what goes into the form is escaped."""
    return SafeString(form.format(*map(text, values), **{name: text(value) for name, value in named.items()}))


def html_join(form: str, rows: Iterable[tuple[Any, ...]]) -> SafeString:
    """The form once for each row."""
    return SafeString("".join([html(form, *row) for row in rows]))


def attributes(given: Mapping[str, Any]) -> SafeString:
    """The attributes of an element, as Django's `flatatt` has them: in order, those that are only on or off last."""
    written = [
        f' {name}="{text(value)}"' for name, value in sorted(given.items()) if not isinstance(value, bool | None)
    ]
    return SafeString("".join([*written, *(f" {name}" for name, value in sorted(given.items()) if value is True)]))


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


SORT_HEAD = (
    '<th scope="col"{} class="sort-head{}"><a href="{href}" hx-get="{href}" hx-target="{}" hx-swap="outerHTML"'
    ' hx-push-url="true" hx-sync="#content:replace" id="sort-{}"{}>{label}{}</a></th>'
)


def sort_head(
    name: str, label: object, href: str, direction: str, *, numeric: bool, hint: object, target: str
) -> SafeString:
    """A heading that sorts; `direction` as `aria-sort` has it."""
    return html(
        SORT_HEAD,
        "" if direction == "none" else attributes({"aria-sort": direction}),
        " number" if numeric else "",
        target,
        name,
        attributes({"title": hint or None}),
        icon(SORT_SIGNS[direction]),
        href=href,
        label=label,
    )


def chip(label: object, level: str = "", icon_name: str = "") -> SafeString:
    """As `parts/_chip.html`."""
    kind, sign = f" chip-{level}" if level else "", icon(icon_name) if icon_name else ""
    return html('<span class="chip{}">{}{}</span>', kind, sign, label)


def status(code: str, label: object) -> SafeString:
    """As `parts/_status.html`."""
    return html('<span class="status"><span class="dot" data-status="{}"></span>{}</span>', code, label)
