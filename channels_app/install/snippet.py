"""The two lines a site owner pastes, and the addresses around them. They never change; all settings live on our side
(UX §3.1)."""

import base64
import hashlib

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

STUB = "window.kefu=window.kefu||function(){(kefu.q=kefu.q||[]).push(arguments)}"


def snippet(origin: str, channel: str) -> SafeString:
    """HTML for any page; `origin` and the channel's public id are ours and need no escaping."""
    address = origin + reverse("widget:loader", args=[channel])
    return mark_safe(f'<script>{STUB}</script>\n<script async src="{address}"></script>')  # noqa: S308


def chat_link(origin: str, channel: str) -> str:
    """The chat alone on a page: for messages, menus and QR codes."""
    return origin + reverse("widget:chat", args=[channel])


def policy_lines(origin: str) -> str:
    """What a site with a Content-Security-Policy adds to it. Nothing else: no styles, no pictures, no connections."""
    digest = base64.b64encode(hashlib.sha256(STUB.encode()).digest()).decode()
    return f"script-src {origin} 'sha256-{digest}';\nframe-src {origin};"
