"""The two lines a site owner pastes. They never change; all settings live on our side (UX §3.1)."""

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

STUB = "window.kefu=window.kefu||function(){(kefu.q=kefu.q||[]).push(arguments)}"


def snippet(origin: str, channel: str) -> SafeString:
    """HTML for any page; `origin` and the channel's public id are ours and need no escaping."""
    address = origin + reverse("widget:loader", args=[channel])
    return mark_safe(f'<script>{STUB}</script>\n<script async src="{address}"></script>')  # noqa: S308
