"""Texts of the thread's scripts on either side (static/kefu/js/thread/, composer.js, outbox.js)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Counts stand after a colon, so that no language needs plural forms here.
THREAD_TEXTS: Mapping[str, Promise] = {
    "queued": _("Waiting to send"),
    "sending": _("Sending"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "read": _("Read"),
    "failed": _("Not sent"),
    "recalled": _("This message was recalled"),
    "retry": _("Try again"),
    "delete": _("Delete"),
    "cancel": _("Cancel"),
    "recall": _("Recall"),
    "new_messages": _("New messages: %(count)s"),
    "uploading": _("Uploading"),
    "remove_file": _("Remove %(name)s"),
    "characters_left": _("Characters left: %(count)s"),
    "characters_over": _("Characters too many: %(count)s"),
}
