"""A document, perhaps with words."""

from django.utils.translation import gettext_lazy as _

from conversations.messages.kinds.declare import MessageKind, register

FILE = register(MessageKind("file", mark=_("[File]"), carries_file=True))
