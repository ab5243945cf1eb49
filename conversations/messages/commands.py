"""Commands about messages."""

from typing import Annotated, Literal

from pydantic import Field

from conversations.posting.drafts import LONGEST_TEXT
from core.live.commands import Asked, CommandPayload, PublicId

Number = Annotated[int, Field(ge=0, le=2_147_483_647)]


class PostMessage(Asked):
    """`message.post`. Longer texts pass the form up to a bound, so that they get `too_long` and not `bad_frame`."""

    conversation: PublicId | None = None
    kind: Literal["text", "image", "file"]
    text: Annotated[str, Field(max_length=LONGEST_TEXT * 8)] = ""
    file: PublicId | None = None


class RecallMessage(Asked):
    """`message.recall`."""

    conversation: PublicId
    n: Number


class MoveReceipt(CommandPayload):
    """`receipt`: cursors of the sender."""

    conversation: PublicId
    delivered: Number = 0
    read: Number = 0


class TellTyping(CommandPayload):
    """`typing`."""

    conversation: PublicId
    on: bool
