"""Commands from clients: one parser, one dispatcher, whatever carried the frame (docs/protocol.md)."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple, Protocol, TypedDict, TypeVar, get_type_hints
from uuid import UUID

import orjson
from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.errors import Internal, Refusal
from core.tenancy.models import PUBLIC_ID

log = logging.getLogger(__name__)
LARGEST_FRAME = 64 * 1024
MOST_CURSORS = 600
LAST = 2_147_483_647
NAME = re.compile(PUBLIC_ID)
LARGEST_ANSWER = 512 * 1024  # of frames in one `ack`; the client asks again for the rest
NUL_ESCAPED = "\\u0000"
Frame = dict[str, Any]


class CommandPayload(BaseModel):
    """A command as it came: nothing extra, nothing converted but from JSON's own types."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    t: str
    id: UUID | None = None


class Asked(CommandPayload):
    """A command that is answered: it needs an id."""

    id: UUID


PublicId = Annotated[str, Field(pattern=f"^{PUBLIC_ID}$")]


def newest(after: object) -> dict[str, int]:
    """The cursors of a `hello`, stream, poll or fetch, the newest of them (which come last) where there are too many.

    What is no cursor is passed over: a client that cannot connect because of what it remembers never will.
    """
    known = after.items() if isinstance(after, dict) else ()
    good = [(name, seq) for name, seq in known if NAME.fullmatch(str(name)) and type(seq) is int and 0 <= seq <= LAST]
    return dict(good[-MOST_CURSORS:])


class FetchEvents(Asked):
    """`events.fetch`: my cursors."""

    after: Annotated[dict[PublicId, int], BeforeValidator(newest)]


class Missed(TypedDict):
    """The frames after somebody's cursors, and conversations no longer theirs."""

    frames: list[Frame]
    gone: list[str]


class Done(TypedDict):
    """Nothing but that it was done."""


class Client(Protocol):
    """Who is at the other end: a visitor or an agent."""

    tenant_id: int
    language: str
    commands: ClassVar[dict[str, "Handler"]]


class Answer(NamedTuple):
    """What the sender is told, and its HTTP status. A command without an answer has no frame."""

    frame: Frame | None
    status: int


ERRORS = {"bad_frame": 400, "frame_too_large": 413, "rate_limited": 429}
Run = Callable[[Any, Any], Awaitable[Mapping[str, Any] | None]]
R = TypeVar("R", bound=Run)


@dataclass(frozen=True)
class Handler:
    """Who runs a command: `run` takes the client and the `payload`, and returns the fields of the `ack`, which `answer`
    names; both are None for a command without an answer."""

    payload: type[CommandPayload]
    run: Run
    answer: tuple[str, ...] | None


def command(name: str, client: "type[Client]") -> Callable[[R], R]:
    """Register `async def act(client, payload) -> …` as the handler of a command that these clients may send.

    Its annotations are the protocol (docs/protocol.md): the class of the payload is what may be sent, the returned
    TypedDict what the `ack` carries, None that there is no answer.
    """

    def register(run: R) -> R:
        _client, payload, answer = get_type_hints(run).values()
        if name in client.commands:
            raise TypeError(f"{client.__name__} has a handler of {name}")
        client.commands[name] = Handler(payload, run, _fields_of(answer))
        return run

    return register


def _fields_of(answer: type) -> tuple[str, ...] | None:
    return None if answer is type(None) else tuple(answer.__annotations__)


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


def error(code: str, language: str) -> Answer:
    """`error_frame` in somebody's language."""
    with translation.override(language):
        return Answer(error_frame(code), ERRORS[code])


async def execute(client: Client, frame: Frame) -> Answer:
    """Do what the frame asks; the answer is an `ack`, `refused` or `error` frame, or none."""
    command = client.commands.get(str(frame.get("t")))
    try:
        if command is None:
            raise BadFrame("bad_frame")
        payload = command.payload.model_validate(frame)
    except (ValidationError, BadFrame):
        return error("bad_frame", client.language)
    return await _run(client, command, payload)


async def _run(client: Client, command: Handler, payload: CommandPayload) -> Answer:
    try:
        content = await command.run(client, payload)
    except Refusal as refusal:
        return _refused(client, payload, refusal)
    except Exception:
        log.exception("command %s failed", payload.t)
        return _refused(client, payload, Internal())
    if content is None:
        return Answer(None, 204)
    return Answer({"t": "ack", "id": str(payload.id), **content}, 200)


def _refused(client: Client, payload: CommandPayload, refusal: Refusal) -> Answer:
    with translation.override(client.language):
        text = str(refusal)
    frame = {"t": "refused", "id": str(payload.id), "code": refusal.code, "text": text, "retry": refusal.retry}
    return Answer(frame, refusal.status)


def as_much_as_fits(frames: list[Frame]) -> list[Frame]:
    """The first frames that fit into one answer, and at least one."""
    size = 0
    for count, frame in enumerate(frames):
        size += len(orjson.dumps(frame))
        if size > LARGEST_ANSWER and count:
            return frames[:count]
    return frames
