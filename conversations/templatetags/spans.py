"""Lengths of time for readers."""

from datetime import timedelta

from django import template

register = template.Library()
MINUTE, HOUR = 60, 3600


@register.filter
def span(length: timedelta | float | None) -> str:
    """`7:05`, `1:07:05`: minutes and seconds, hours where there are some; – for none. Numbers are seconds."""
    if length is None:
        return "–"
    seconds = max(0, round(length.total_seconds() if isinstance(length, timedelta) else length))
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    return f"{hours}:{minutes:02d}:{seconds % MINUTE:02d}" if hours else f"{minutes}:{seconds % MINUTE:02d}"
