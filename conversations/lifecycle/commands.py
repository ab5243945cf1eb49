"""Commands that name one conversation, and their answer."""

from typing import TypedDict

from core.live.commands import AnsweredCommand, Frame, PublicId


class OneConversation(AnsweredCommand):
    """`conversation.end`."""

    conversation: PublicId


class OneRow(TypedDict):
    """The conversation as it is now."""

    row: Frame
