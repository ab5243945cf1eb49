"""Tables of conversations and messages."""

from conversations.models.conversations import Conversation, Participation
from conversations.models.messages import Attachment, Message

__all__ = ["Attachment", "Conversation", "Message", "Participation"]
