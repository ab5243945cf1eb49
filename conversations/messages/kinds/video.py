"""A video, perhaps with words."""

from django.utils.translation import gettext_lazy as _

from conversations.messages.kinds.audio import NOT_PLAYED
from conversations.messages.kinds.declare import MessageKind, register

VIDEO = register(MessageKind("video", mark=_("[Video]"), carries_file=True, script="player", texts=NOT_PLAYED))
