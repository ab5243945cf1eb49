"""Commands from clients: one parser, one dispatcher, whatever carried the frame (docs/protocol.md)."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Protocol
from uuid import UUID

import orjson
from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import Internal, Refusal
from core.tenancy import PUBLIC_ID

log = logging.getLogger(__name__)
LARGEST_FRAME = 64 * 1024
LARGEST_ANSWER = 512 * 1024  # of frames in one `ack`; the client asks again for the rest
NUL_ESCAPED = "\\u0000"
Frame = dict[str, Any]


class Wish(BaseModel):
    """A command as it came: nothing extra, nothing converted but from JSON's own types."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    t: str
    id: UUID | None = None


class Asked(Wish):
    """A command that is answered: it needs an id."""

    id: UUID


PublicId = Annotated[str, Field(pattern=f"^{PUBLIC_ID}$")]


class FetchEvents(Asked):
    """`events.fetch`: what came after my cursors?"""

    after: dict[PublicId, int] = Field(max_length=600)


class Party(Protocol):
    """Who is at the other end: a visitor or an agent."""

    tenant_id: int
    language: str
    commands: ClassVar[Mapping[str, "Command"]]


Run = Callable[[Any, Any], Awaitable[Frame | None]]


@dataclass(frozen=True)
class Command:
    """The form of a wish and who fulfils it; `run` returns what the `ack` carries, or None for no answer."""

    wish: type[Wish]
    run: Run


class BadFrame(Exception):
    """A frame that is not a command; `code` says which way."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def error_frame(code: str) -> Frame:
    """What the sender of an unreadable frame is told."""
    texts = {
        "bad_frame": _("This request was not understood. Please reload the page."),
        "frame_too_large": _("This is too large to send."),
        "rate_limited": _("Too much at once. Please wait a moment."),
    }
    return {"t": "error", "code": code, "text": texts[code]}


def read(raw: str | bytes) -> Frame:
    """JSON object or `BadFrame`."""
    if len(raw) > LARGEST_FRAME or (isinstance(raw, str) and len(raw.encode()) > LARGEST_FRAME):
        raise BadFrame("frame_too_large")
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadFrame("bad_frame") from error
    if not isinstance(frame, dict) or (NUL_ESCAPED in raw_text(raw) and has_nul(frame)):
        raise BadFrame("bad_frame")
    return frame


def raw_text(raw: str | bytes) -> str:
    """The frame as text; it was read as JSON before, hence is UTF-8."""
    return raw if isinstance(raw, str) else raw.decode()


def has_nul(value: Any) -> bool:
    """Whether a NUL stands anywhere: PostgreSQL has no place for it."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(has_nul(key) or has_nul(each) for key, each in value.items())
    return isinstance(value, list) and any(has_nul(each) for each in value)


async def execute(party: Party, frame: Frame) -> Frame | None:
    """Do what the frame asks; the answer is an `ack`, `refused` or `error` frame, or None."""
    command = party.commands.get(str(frame.get("t")))
    try:
        if command is None:
            raise BadFrame("bad_frame")
        wish = command.wish.model_validate(frame)
    except (ValidationError, BadFrame):
        with translation.override(party.language):
            return error_frame("bad_frame")
    return await _run(party, command, wish)


async def _run(party: Party, command: Command, wish: Wish) -> Frame | None:
    try:
        content = await command.run(party, wish)
    except Refusal as refusal:
        return _refused(party, wish, refusal)
    except Exception:
        log.exception("command %s failed", wish.t)
        return _refused(party, wish, Internal())
    return None if content is None else {"t": "ack", "id": str(wish.id), **content}


def _refused(party: Party, wish: Wish, refusal: Refusal) -> Frame:
    with translation.override(party.language):
        text = str(refusal)
    return {"t": "refused", "id": str(wish.id), "code": refusal.code, "text": text, "retry": refusal.retry}


def as_much_as_fits(frames: list[Frame]) -> list[Frame]:
    """The first frames that fit into one answer, and at least one."""
    size = 0
    for count, frame in enumerate(frames):
        size += len(orjson.dumps(frame))
        if size > LARGEST_ANSWER and count:
            return frames[:count]
    return frames


def status_of(answer: Frame | None) -> int:
    """The HTTP status of an answer (docs/protocol.md, "Codes")."""
    if answer is None:
        return 204
    if answer["t"] == "ack":
        return 200
    if answer["t"] == "error":
        return {"bad_frame": 400, "frame_too_large": 413, "rate_limited": 429}[answer["code"]]
    statuses = {
        "not_found": 404,
        "not_yours": 403,
        "forbidden": 403,
        "ended": 409,
        "already_taken": 409,
        "agent_unavailable": 409,
        "too_late": 409,
        "busy": 503,
        "internal": 503,
    }
    return statuses.get(answer["code"], 422)
