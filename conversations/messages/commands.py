"""Commands about messages, and their answers."""

from typing import Annotated, Any, ClassVar, TypedDict

from pydantic import AfterValidator, Field

from conversations.messages.kinds.declare import Parts, Sender, kind_for, registry
from conversations.messages.typing_notice import LONGEST_PREVIEW
from conversations.posting.drafts import LONGEST_TEXT
from core.live.commands import AnsweredCommand, CommandPayload, Frame, PublicId

Number = Annotated[int, Field(ge=0, le=2_147_483_647)]


def name_kinds(schema: dict[str, Any]) -> None:
    """Adds to the JSON schema the names of the registered kinds, and as examples those without content."""
    schema["enum"] = [*registry]
    schema["examples"] = [name for name, kind in registry.items() if kind.content is None]


def known(kind: str) -> str:
    """The name of a registered kind; raises `ValueError`."""
    if kind not in registry:
        raise ValueError("no such kind")
    return kind


class PostMessage(AnsweredCommand):
    """Payload of `message.post`. Longer texts pass up to a bound, so that they are refused as `too_long`, not
    `bad_frame`.

    Whether `content` is valid for the kind is checked later, so that the sender gets a sentence.
    """

    sender: ClassVar[Sender] = "customer"
    conversation: PublicId | None = Field(None, description="null or one that has ended: my open one, or a new one")
    kind: Annotated[str, AfterValidator(known)] = Field(description="§ Objects", json_schema_extra=name_kinds)
    text: str = Field("", max_length=LONGEST_TEXT * 8, description=f"{LONGEST_TEXT:,} characters at most")
    file: PublicId | None = Field(None, description="an upload")
    content: dict[str, Any] = Field(default_factory=dict, description="of kinds that have one, 8 KiB at most")

    def parts(self) -> Parts:
        """The message's parts; raises what `kind_for` and `MessageKind.parts` do."""
        return kind_for(self.sender, self.kind).parts(self.text, self.file, self.content)


class RecallMessage(AnsweredCommand):
    """Payload of `message.recall`."""

    conversation: PublicId
    n: Number


class MoveReceipt(CommandPayload):
    """Payload of `receipt`: the sender's cursors."""

    conversation: PublicId
    delivered: Number = 0
    read: Number = 0


class NotifyTyping(CommandPayload):
    """Payload of `typing`."""

    conversation: PublicId
    on: bool


class NotifyVisitorTyping(NotifyTyping):
    """Payload of a visitor's `typing`."""

    text: str = Field(
        "",
        max_length=LONGEST_PREVIEW,
        description=f"what is written so far, {LONGEST_PREVIEW} characters at most; shown where typing preview is on",
    )


class OneMessage(TypedDict):
    """The message after the command."""

    message: Frame
