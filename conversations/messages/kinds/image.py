"""A picture, perhaps with words."""

from django.utils.translation import gettext_lazy as _

from conversations.messages.kinds.declare import MessageKind, register

IMAGE = register(MessageKind("image", mark=_("[Picture]"), carries_file=True, texts={"image": _("Picture")}))
