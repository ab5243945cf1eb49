"""Declaration of message kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import orjson
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from conversations.posting.drafts import Empty
from core.errors import Refusal

LARGEST_CONTENT = 8 * 1024  # bytes, as it is stored
DEEPEST_CONTENT = 32  # levels; frames around it have to be written as JSON, too
Sender = Literal["customer", "agent", "system"]
EVERYBODY: frozenset[Sender] = frozenset({"customer", "agent", "system"})


class KindRefused(Refusal):
    """The kind is for others to send."""

    code = "kind_refused"
    status = 403
    text = _("A message of this kind cannot be sent from here. Please write it as a text.")


class ContentRefused(Refusal):
    """The parts do not fit the message's kind."""

    code = "content_refused"
    text = _("This message cannot be sent: something in it is missing or not valid.")


class ContentTooLarge(Refusal):
    """The content exceeds `LARGEST_CONTENT` or `DEEPEST_CONTENT`."""

    code = "content_too_large"
    text = _("This message cannot be sent: it is too large.")


class Content(BaseModel):
    """Base of the models of a kind's content: the column `content`, and `content` on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class Parts(NamedTuple):
    """The parts of a message as stored: columns of `conversations_message`, fields of a `Draft`."""

    kind: str
    text: str
    file: str | None
    content: Mapping[str, Any]


@dataclass(frozen=True)
class MessageKind:
    """What messages may be made of. Declared once, in a file of this folder that is named after it.

    Every message has words (`text`), a file, or both, so that clients that do not know its kind can show it.

    - `mark` stands for it in lists and notices, before its words.
    - `content` is the model of what it has besides; without one there is nothing.
    - `words` makes the words out of the content: what is searched, previewed and shown by those who do not know the
      kind. Where there is none, the sender writes them.
    - `carries_file`: each has an upload, whose kind is the same.
    - `refusal` is raised for any other content.
    - `senders`: who may send it; `kind_for` refuses the others.
    - `recallable`: whether it can be taken back; where not, pages draw no button for it.
    - `script` is its script (`static/kefu/js/thread/contents/<script>.js`) where that is not named after it; `texts`
      are what the script says.

    The history shows it by `templates/conversations/messages/kinds/<name>.html`.
    """

    name: str
    mark: Any = ""
    content: type[Content] | None = None
    words: Callable[[Any], str] | None = None
    carries_file: bool = False
    refusal: type[Refusal] = ContentRefused
    senders: frozenset[Sender] = EVERYBODY
    recallable: bool = True
    script: str = ""
    texts: Mapping[str, Any] = field(default_factory=dict)

    def parts(self, text: str, file: str | None, content: Mapping[str, Any]) -> Parts:
        """What somebody sends, as it is stored; whether the file is one of theirs and of this kind, posting asks.

        Raises `Empty`, `ContentTooLarge` or `refusal`.
        """
        if file is None and self.carries_file:
            raise Empty
        if self.content is None:
            if content:
                raise self.refusal
            return Parts(self.name, text, file, {})
        if text and self.words:
            raise self.refusal
        value, stored = self._valid(self.content, content)
        return Parts(self.name, self.words(value) if self.words else text, file, stored)

    def _valid(self, model: type[Content], content: Mapping[str, Any]) -> tuple[Content, dict[str, Any]]:
        try:
            value = model.model_validate(content)
            stored = value.model_dump(mode="json")
            size = len(orjson.dumps(stored))
        except (ValueError, TypeError) as error:  # not what the model says; too deep, or a number too large, for JSON
            raise self.refusal from error
        if size > LARGEST_CONTENT or _levels(stored) > DEEPEST_CONTENT:
            raise ContentTooLarge
        return value, stored


def _levels(value: Any) -> int:
    """How deep lists and objects stand in each other."""
    levels, found = 0, [value]
    while found := [each for each in found if isinstance(each, dict | list)]:
        levels += 1
        found = [inner for each in found for inner in (each.values() if isinstance(each, dict) else each)]
    return levels


registry: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> MessageKind:
    """Adds a kind to the registry; returns it."""
    registry[kind.name] = kind
    return kind


def kind_for(sender: Sender, name: str) -> MessageKind:
    """The kind of that name; raises `KindRefused` where it is not for that side to send."""
    kind = registry[name]
    if sender not in kind.senders:
        raise KindRefused
    return kind
