"""Cells of the history. Templates know the state as `{{ conversation|state_chips }}`."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from conversations.history.queries import ListedConversation
from conversations.models import Conversation
from conversations.states import State
from core.console.parts import chip, html, html_join

register = template.Library()
LOOKS: dict[str, tuple[str, str]] = {
    State.QUEUED: ("warn", "clock"),
    State.ACTIVE: ("ok", "chat-bubble-left-right"),
}  # level and icon


def customer_cell(conversation: ListedConversation, name: str) -> SafeString:
    """Whose it is, with the way to it; where words are looked for, also their place and the way there."""
    address = reverse("conversations:conversation", args=[conversation.public_id])
    to_page = html('<a href="{}">{}</a>', address, name)
    hit = conversation.hit
    if hit is None:
        return to_page
    marked = html_join("{}", [(html("<mark>{}</mark>", part) if at % 2 else part,) for at, part in enumerate(hit.text)])
    return html('{}<a class="found" href="{}?page={}#m{}">{}</a>', to_page, address, hit.page, hit.n, marked)


def channel_cell(conversation: ListedConversation, name: str) -> SafeString:
    """Where it came from, and by which face it was answered."""
    face = conversation.service_account.name
    return html('<span>{}<span class="hint"> · {}</span></span>', name, face)


def state_cell(conversation: Conversation | ListedConversation, name: str) -> SafeString:
    """Where it stands, and whether the customer waits for somebody who is away."""
    shown = chip(name, *LOOKS.get(conversation.state, ()))
    if not conversation.waits_for_absent:
        return shown
    return html("{} {}", shown, chip(_("Agent away"), "bad", "exclamation-triangle"))


@register.filter
def state_chips(conversation: Conversation) -> SafeString:
    """`state_cell` outside of a list."""
    return state_cell(conversation, conversation.get_state_display())
