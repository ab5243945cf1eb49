"""Tables of conversations and messages."""

from conversations.models.conversations import DURATION, FIRST_RESPONSE, Conversation, Participation
from conversations.models.messages import Attachment, Message
from conversations.models.search import ContactDocument, SearchBacklog, SearchDocument

__all__ = [
    "DURATION",
    "FIRST_RESPONSE",
    "Attachment",
    "ContactDocument",
    "Conversation",
    "Message",
    "Participation",
    "SearchBacklog",
    "SearchDocument",
]
