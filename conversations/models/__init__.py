"""Tables of conversations and messages."""

from conversations.models.conversations import DURATION, FIRST_RESPONSE, Conversation, Participation
from conversations.models.mentions import Mention
from conversations.models.messages import Attachment, Message
from conversations.models.search import ContactDocument, SearchBacklog, SearchDocument

__all__ = [
    "DURATION",
    "FIRST_RESPONSE",
    "Attachment",
    "ContactDocument",
    "Conversation",
    "Mention",
    "Message",
    "Participation",
    "SearchBacklog",
    "SearchDocument",
]
