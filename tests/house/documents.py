"""The tables of the documents that say what the code says.

`python -m tests.house.documents` writes them anew. Rows whose name the code does not know are written by hand: they
stay, in front of the others.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from inspect import getdoc
from typing import Any

import django
from django.apps import apps
from pydantic.fields import FieldInfo

if not apps.ready:
    django.setup()

from core.bus import Listener
from core.events.base import Audience, ConversationEvent, Event
from core.events.catalogue import all_events
from core.live.commands import Handler
from kefu.wiring import LISTENERS, SWEEPS
from tests.house.sources import ROOT
from widget.visitor import VisitorClient
from workbench.agent import AgentClient

Rows = Sequence[tuple[str, ...]]
CLIENTS: Mapping[str, type[VisitorClient | AgentClient]] = {"visitor": VisitorClient, "agent": AgentClient}
BY_HAND = {"hello", "ready", "ack", "refused", "error", "digest"}
ROW_AND_LINE = ("row", "line")


def events() -> Rows:
    """Every event, noun by noun."""
    return [of_event(event) for event in all_events()]


def of_event(event: type[Event]) -> tuple[str, ...]:
    """Its fields beside those that all have, whom it may be told to, when it happens, who listens."""
    usual = {field.name for field in fields(ConversationEvent if issubclass(event, ConversationEvent) else Event)}
    own = quoted(field.name for field in fields(event) if field.name not in usual)
    audience = ", ".join(each for each in Audience if each in event.audience) or "–"
    listeners = quoted(map(in_app, LISTENERS.get(event, ())))
    return f"`{event.name}`", own, audience, "yes" if event.logged else "no", prose(event), listeners


def in_app(listener: Listener) -> str:
    """A listener by its app and its name."""
    return f"{listener.__module__.split('.')[0]}.{listener.__name__}"


def listeners() -> Rows:
    """Every listener once, in the order of the table of listeners."""
    every = dict.fromkeys(each for found in LISTENERS.values() for each in found)
    return [(f"`{in_app(each)}`", first_sentence(each)) for each in every]


def sweeps() -> Rows:
    """Every sweep with its interval."""
    return [(sweep.name, interval(sweep.seconds), first_sentence(sweep.task)) for sweep in SWEEPS]


def interval(seconds: float) -> str:
    """Whole hours as hours."""
    return f"{seconds // 3600:.0f} h" if seconds % 3600 == 0 else f"{seconds:.0f} s"


def frames() -> Rows:
    """The frames of events that are told, live or in a replay."""
    return [of_frame(event) for event in all_events() if event.audience or issubclass(event, ConversationEvent)]


def of_frame(event: type[Event]) -> tuple[str, ...]:
    """Who gets it, with which fields."""
    sides = {"visitor" if each is Audience.VISITOR else "agent" for each in event.audience or (Audience.HOLDER,)}
    in_one = issubclass(event, ConversationEvent)
    ids = ("conversation", *(("seq",) if event.logged else ())) if in_one else ()
    told = quoted((*ids, *carried(event)))
    apart = f"; agent: {quoted(event.for_agents)}" if event.for_agents else ""
    return (
        f"`{event.name}`",
        "both" if len(sides) == 2 else sides.pop(),
        told + apart + ("" if "seq" in ids else " (ephemeral)"),
    )


def carried(event: type[Event]) -> tuple[str, ...]:
    """What every frame of it may hold beside the ids."""
    return event.carries + (ROW_AND_LINE if issubclass(event, ConversationEvent) and event.line else ())


def quoted(names: Iterable[str]) -> str:
    """Names as code, or a dash."""
    return ", ".join(f"`{name}`" for name in names) or "–"


def commands() -> Rows:
    """What clients may ask for, by name; a command stands once for both where it is the same."""
    said = {(name, side): of_handler(each) for side, kind in CLIENTS.items() for name, each in kind.commands.items()}
    rows = []
    for name, side in sorted(said, key=lambda key: (key[0], key[1] == "agent")):
        is_same = said.get((name, "visitor")) == said.get((name, "agent"))
        if not is_same or side == "visitor":
            rows.append((f"`{name}`", "both" if is_same else side, *said[name, side]))
    return rows


def of_handler(handler: Handler) -> tuple[str, str, str]:
    """What a command does, its fields, and its answer."""
    fields = [field_of(name, field) for name, field in handler.payload.model_fields.items() if name not in ("t", "id")]
    return prose(handler.run), ", ".join(fields) or "–", answer_of(handler)


def field_of(name: str, field: FieldInfo) -> str:
    """A field, with a question mark where it may be absent, and what is to be known of its values."""
    choices = ", ".join(f"`{each}`" for each in getattr(field.annotation, "__args__", ()) if isinstance(each, str))
    told = "; ".join(filter(None, (choices, field.description)))
    return f"`{name}`{'' if field.is_required() else '?'}{f' ({told})' if told else ''}"


def answer_of(handler: Handler) -> str:
    """What the sender is told."""
    if handler.answer is None:
        return "none (losable; `id` may be absent)"
    fields = ", ".join(f"`{name}`" for name in handler.answer)
    return f"`ack` with {fields}" if fields else "`ack`"


def prose(what: Any) -> str:
    """A docstring as a cell."""
    return re.sub(r"\s+", " ", getdoc(what) or "").strip().removesuffix(".")


def first_sentence(what: Any) -> str:
    """What a docstring begins with; the rest of it is for who reads the code."""
    return prose(what).split(". ", 1)[0]


# By page, the head of each table.
TABLES: Mapping[str, Mapping[str, Callable[[], Rows]]] = {
    "docs/events.md": {
        "| event | fields | audience | logged | when | listeners |": events,
        "| listener | what it does |": listeners,
        "| sweep | every | what it does |": sweeps,
    },
    "docs/protocol.md": {
        "| `t` | to | fields besides `t` |": frames,
        "| `t` | from | does | fields | answer |": commands,
    },
}


def written(page: str) -> str:
    """A page as it should be."""
    text = (ROOT / page).read_text()
    for head, rows in TABLES[page].items():
        before, after = text.split(f"{head}\n", 1)
        line, *rest = after.split("\n")
        old = [each for each in rest[: count_of_rows(rest)] if name_in(each) in BY_HAND]
        new = [f"| {' | '.join(cells)} |" for cells in rows()]
        text = "\n".join([f"{before}{head}", line, *old, *new, *rest[count_of_rows(rest) :]])
    return text


def name_in(row: str) -> str:
    """The first that stands in backticks."""
    return next(iter(re.findall(r"`([^`]+)`", row)), "")


def count_of_rows(lines: Sequence[str]) -> int:
    """How many lines of a table stand at the beginning."""
    return next((number for number, line in enumerate(lines) if not line.startswith("|")), len(lines))


def main() -> None:
    """Write every page."""
    for page in TABLES:
        (ROOT / page).write_text(written(page))


if __name__ == "__main__":
    main()
