"""Sound, perhaps with words."""

from django.utils.translation import gettext_lazy as _

from conversations.messages.kinds.declare import MessageKind, register

NOT_PLAYED = {"not_played": _("cannot be played here, save it to open it")}
AUDIO = register(MessageKind("audio", mark=_("[Audio]"), carries_file=True, script="player", texts=NOT_PLAYED))
