"""Commands that name one conversation."""


from typing import Annotated, Literal

from pydantic import Field

from conversations.posting.drafts import LONGEST_TEXT
from core.live.commands import Asked, PublicId, Wish



class OneConversation(Asked):
    """`conversation.end`."""

    conversation: PublicId
