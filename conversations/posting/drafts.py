"""Drafts of messages, their refusals, and their outcomes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import NotFound, Refusal
from core.statements import as_json

LONGEST_TEXT = 4000
# What is not visible, as the composer counts it (static/kefu/js/composer/composer.js): white space, controls, unpaired
# surrogates, default ignorable code points (zero width, direction marks, variation selectors, tags), the empty Braille
# cell, annotation marks, a combining mark without a base.
VISIBLE = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff"
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    r"\u2800\ufff9-\ufffb\U0001d159]"
)


class Ended(Refusal):
    """The conversation has ended; a visitor's next message opens a new one."""

    code = "ended"
    status = 409
    text = _("This conversation has ended.")


class NotYours(Refusal):
    """Another agent holds the conversation."""

    code = "not_yours"
    status = 403
    text = _("Another agent has this conversation now.")


class FileRefused(Refusal):
    """The upload does not exist or belongs to somebody else."""

    code = "file_refused"
    text = _("This file is not there any more. Please choose it again.")


class Empty(Refusal):
    """Neither visible text nor a file."""

    code = "empty"
    text = _("The message is empty.")


class TooLong(Refusal):
    """The text exceeds `LONGEST_TEXT` characters."""

    code = "too_long"
    text = _("The message is too long (4,000 characters at most).")


REFUSALS: dict[str, type[Refusal]] = {
    refusal.code: refusal for refusal in (NotFound, Ended, NotYours, FileRefused, Empty, TooLong)
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be posted; `client_id` makes repeating it harmless. Its parts are valid for its kind
    (`conversations/messages/kinds/`).

    An `overseer` (who may see all conversations) may leave notes, and only notes, where somebody else is the holder.
    """

    conversation: str
    client_id: UUID
    author_kind: Literal["customer", "agent", "system"]
    author_id: int | None
    author_name: str
    kind: str = "text"
    text: str = ""
    file: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    note: bool = False
    overseer: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The refusal of a draft, or the row of the stored message and its conversation."""

    refusal: type[Refusal] | None
    row: Mapping[str, Any]

    @property
    def fresh(self) -> bool:
        """Whether it was stored now, not by an earlier attempt."""
        return self.refusal is None and self.row["event_seq"] is not None


def is_blank(text: str) -> bool:
    """Whether nothing in the text is visible."""
    return VISIBLE.search(text) is None


def check(draft: Draft) -> None:
    """Checks what needs no database; raises `Empty` or `TooLong`.

    A message of any kind has visible text or a file, so that clients that do not know the kind can show it.
    """
    if not draft.file and is_blank(draft.text):
        raise Empty
    if len(draft.text) > LONGEST_TEXT:
        raise TooLong


def values_of(tenant_id: int, drafts: Sequence[Draft]) -> dict[str, Any]:
    """The parameters of both statements."""
    return {
        "tenant": tenant_id,
        "conversations": sorted({draft.conversation for draft in drafts}),
        "at": clock.frozen_time(),
        "drafts": as_json(drafts),
    }
