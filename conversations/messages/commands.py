"""Commands about messages, and their answers."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from conversations.posting.drafts import LONGEST_TEXT
from core.live.commands import AnsweredCommand, CommandPayload, Frame, PublicId

Number = Annotated[int, Field(ge=0, le=2_147_483_647)]


class PostMessage(AnsweredCommand):
    """`message.post`. Longer texts pass the form up to a bound, so that they get `too_long` and not `bad_frame`."""

    conversation: PublicId | None = Field(None, description="null or one that has ended: my open one, or a new one")
    kind: Literal["text", "image", "file"]
    text: str = Field("", max_length=LONGEST_TEXT * 8, description=f"{LONGEST_TEXT:,} characters at most")
    file: PublicId | None = Field(None, description="an upload")


class RecallMessage(AnsweredCommand):
    """`message.recall`."""

    conversation: PublicId
    n: Number


class MoveReceipt(CommandPayload):
    """`receipt`: the sender's cursors."""

    conversation: PublicId
    delivered: Number = 0
    read: Number = 0


class TellTyping(CommandPayload):
    """`typing`."""

    conversation: PublicId
    on: bool


class OneMessage(TypedDict):
    """The message as it is now."""

    message: Frame
