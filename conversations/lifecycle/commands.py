"""Commands that name one conversation."""

from core.live.commands import Asked, PublicId


class OneConversation(Asked):
    """`conversation.end`."""

    conversation: PublicId
