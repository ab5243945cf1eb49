"""Sound, perhaps with words."""

from django.utils.translation import gettext_lazy as _

from conversations.messages.kinds.declare import MessageKind, register

AUDIO = register(MessageKind("audio", mark=_("[Audio]"), carries_file=True))
