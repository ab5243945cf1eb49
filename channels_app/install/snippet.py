"""The snippet that site owners paste, and related addresses. It never changes: all settings are read from the server
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
    """The address of the chat as a page of its own: for messages, menus and QR codes."""
    return origin + reverse("widget:chat", args=[channel])


def policy_lines(origin: str) -> str:
    """The Content-Security-Policy directives that an embedding site needs: no styles, pictures or connections."""
    digest = base64.b64encode(hashlib.sha256(STUB.encode()).digest()).decode()
    return f"script-src {origin} 'sha256-{digest}';\nframe-src {origin};"
