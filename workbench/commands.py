"""The commands only agents have (docs/protocol.md)."""

from typing import Annotated, Literal

from pydantic import Field

from conversations.messages.commands import PostMessage
from conversations.posting.drafts import LONGEST_TEXT
from core.live.commands import AnsweredCommand, PublicId


class PostAsAgent(PostMessage):
    """`message.post`; a private note is for agents' eyes."""

    conversation: PublicId
    note: bool = False


class Accept(AnsweredCommand):
    """`conversation.accept`; `above` says that the agent was asked and takes it above the cap."""

    conversation: PublicId
    above: bool = False


class Transfer(AnsweredCommand):
    """`conversation.transfer`."""

    conversation: PublicId
    to: PublicId
    note: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""


class SetStatus(AnsweredCommand):
    """`status.set`; `requeue` gives the agent's conversations back when going offline."""

    status: Literal["online", "busy", "away", "offline"]
    reason: Annotated[str, Field(max_length=30)] = ""
    requeue: bool = False
