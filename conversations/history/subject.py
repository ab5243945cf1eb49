"""Conversations of others that somebody read, as the audit log tells of them."""

from django.utils.translation import gettext_lazy as _

from accounts.audit.kinds import Kind, register
from accounts.audit.subjects import pages_at
from accounts.permissions import Permission
from conversations.models import Conversation

register(
    Kind(
        "conversation",
        _("Conversation"),
        {"conversation.viewed": _("Conversation of others read")},
        addresses=pages_at("conversations:conversation", Conversation.objects.all),
        permission=Permission.SEE_ALL,
    )
)
