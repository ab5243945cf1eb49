"""Commands from clients: parsing, validation, dispatch; the same for every carrier (docs/protocol.md)."""

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
MAX_CURSORS = 600
LARGEST_SEQ = 2_147_483_647
NAME = re.compile(PUBLIC_ID)
LARGEST_ANSWER = 512 * 1024  # bytes of frames in one `ack`; the client fetches the rest with another command
NUL_ESCAPED = "\\u0000"
Frame = dict[str, Any]


class CommandPayload(BaseModel):
    """Base of commands' payloads: unknown fields are refused, values not converted except from JSON's own types."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    t: str
    id: UUID | None = None


class AnsweredCommand(CommandPayload):
    """Base of commands that are answered; `id` is the client's and comes back with the answer."""

    id: UUID


PublicId = Annotated[str, Field(pattern=f"^{PUBLIC_ID}$")]


def valid_cursors(after: object) -> dict[str, int]:
    """The valid cursors (conversation → seq) of a `hello`, stream, poll or fetch; of too many the newest, which come
    last.

    Invalid ones are skipped: a client whose stored cursors were refused could never connect again.
    """
    known = after.items() if isinstance(after, dict) else ()
    valid = [
        (name, seq) for name, seq in known if NAME.fullmatch(str(name)) and type(seq) is int and 0 <= seq <= LARGEST_SEQ
    ]
    return dict(valid[-MAX_CURSORS:])


class FetchEvents(AnsweredCommand):
    """`events.fetch`: my cursors."""

    after: Annotated[dict[PublicId, int], BeforeValidator(valid_cursors)]


class Missed(TypedDict):
    """The frames after somebody's cursors, and conversations no longer theirs."""

    frames: list[Frame]
    gone: list[str]


class Done(TypedDict):
    """Nothing but that it was done."""


class Client(Protocol):
    """The sender of commands: a visitor or an agent. `commands` maps a frame's `t` to its handler."""

    tenant_id: int
    language: str
    commands: ClassVar[dict[str, "Handler"]]


class Answer(NamedTuple):
    """The frame for the sender, None where the command has no answer, and the status for HTTP."""

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
    """The frame is not a valid command; `code` is one of `ERRORS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def error_frame(code: str) -> Frame:
    """The frame that answers an unreadable one, in the current language."""
    texts = {
        "bad_frame": _("This request was not understood. Please reload the page."),
        "frame_too_large": _("This is too large to send."),
        "rate_limited": _("Too much at once. Please wait a moment."),
    }
    return {"t": "error", "code": code, "text": texts[code]}


def read(raw: str | bytes) -> Frame:
    """The JSON object in a frame; raises `BadFrame` where it is too large, no object, or contains NUL."""
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
    """The frame as text. It was parsed as JSON before, hence is UTF-8."""
    return raw if isinstance(raw, str) else raw.decode()


def has_nul(value: Any) -> bool:
    """Whether a NUL stands anywhere in the value, however deep: PostgreSQL cannot store it."""
    left = [value]
    while left:
        found = left.pop()
        if isinstance(found, str) and "\0" in found:
            return True
        if isinstance(found, dict):
            left += [*found, *found.values()]
        elif isinstance(found, list):
            left += found
    return False


def error(code: str, language: str) -> Answer:
    """`error_frame` in the given language, with its status."""
    with translation.override(language):
        return Answer(error_frame(code), ERRORS[code])


async def execute(client: Client, frame: Frame) -> Answer:
    """Runs the command in a frame; the answer is an `ack`, `refused` or `error` frame, or none. Does not raise."""
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


def first_that_fit(frames: list[Frame]) -> list[Frame]:
    """The first frames that fit into LARGEST_ANSWER, and at least one."""
    size = 0
    for count, frame in enumerate(frames):
        size += len(orjson.dumps(frame))
        if size > LARGEST_ANSWER and count:
            return frames[:count]
    return frames
