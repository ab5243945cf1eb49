"""Payload and answer of commands about one conversation."""

from typing import TypedDict

from core.live.commands import AnsweredCommand, Frame, PublicId


class OneConversation(AnsweredCommand):
    """`conversation.end`."""

    conversation: PublicId


class OneRow(TypedDict):
    """The row of the conversation after the command."""

    row: Frame
