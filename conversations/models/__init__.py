"""Tables of conversations and messages."""

from conversations.models.conversations import DURATION, FIRST_RESPONSE, Conversation, Participation
from conversations.models.messages import Attachment, Message

__all__ = ["DURATION", "FIRST_RESPONSE", "Attachment", "Conversation", "Message", "Participation"]
