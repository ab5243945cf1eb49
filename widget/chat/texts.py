"""Texts of the chat."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.messages.contents import content_texts
from conversations.timeline.texts import THREAD_TEXTS
from conversations.timeline.wording import FOR_VISITORS

CHAT_TEXTS: dict[str, Promise] = {
    **THREAD_TEXTS,
    **{f"line_{key}": text for key, text in FOR_VISITORS.items()},
    "connecting": _("Connecting…"),
    "offline": _("No network. Your messages are sent as soon as it is back."),
    "interrupted": _("Connection interrupted. Your messages are sent as soon as it is back."),
    "keep_open": _("Please keep this page open until your message is sent."),
    "unreachable": _("The service cannot be reached. Trying again…"),
    "unavailable": _("This chat is not available."),
    "there": _("We are online"),
    "away": _("Nobody is online. Please leave a message."),
    "kept": _("Your message was received. Nobody is online right now."),
    "closed": _("Closed until %(when)s"),
    "received": _("Your message was received. We are back: %(when)s"),
    "position": _("You are number %(position)s in the queue"),
    "serving": _("%(name)s is here for you"),
    "gone": _("%(name)s is away for a moment, your message was received"),
    "typing": _("%(name)s is typing…"),
    "too_large": _("%(name)s is too large. At most %(size)s."),
    "too_many": _("At most 9 files at once."),
    "empty": _("%(name)s is empty."),
    "wrong_kind": _("%(name)s cannot be sent. Allowed are pictures, videos, sound, PDF and Office files."),
    "not_recalled": _("The message could not be recalled."),
    "not_ended": _("The conversation could not be ended. Please try again."),
}


def chat_texts() -> dict[str, str]:
    """The value of `config.texts` on the chat page, in the active language."""
    return {key: str(text) for key, text in (CHAT_TEXTS | content_texts()).items()}
