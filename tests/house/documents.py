"""The tables of the documents that say what the code says.

`python -m tests.house.documents` writes them anew. Rows whose name the code does not know are written by hand: they
stay, in front of the others.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from inspect import getdoc
from typing import Any

import django
from pydantic.fields import FieldInfo

django.setup()

from core.live.commands import Handler  # noqa: E402 – the apps must be there first
from tests.house.sources import ROOT  # noqa: E402
from widget.visitor import VisitorClient  # noqa: E402
from workbench.agent import AgentClient  # noqa: E402

Rows = Sequence[tuple[str, ...]]
CLIENTS: Mapping[str, type[VisitorClient | AgentClient]] = {"visitor": VisitorClient, "agent": AgentClient}
BY_HAND = {"hello"}


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


# By page, the head of each table.
TABLES: Mapping[str, Mapping[str, Callable[[], Rows]]] = {
    "docs/protocol.md": {"| `t` | from | does | fields | answer |": commands},
}


def written(page: str) -> str:
    """A page as it should be."""
    text = (ROOT / page).read_text()
    for head, rows in TABLES[page].items():
        before, after = text.split(f"{head}\n", 1)
        line, *rest = after.split("\n")
        old = [each for each in rest[: count_of_rows(rest)] if each.split("`")[1] in BY_HAND]
        new = [f"| {' | '.join(cells)} |" for cells in rows()]
        text = "\n".join([f"{before}{head}", line, *old, *new, *rest[count_of_rows(rest) :]])
    return text


def count_of_rows(lines: Sequence[str]) -> int:
    """How many lines of a table stand at the beginning."""
    return next((number for number, line in enumerate(lines) if not line.startswith("|")), len(lines))


def main() -> None:
    """Write every page."""
    for page in TABLES:
        (ROOT / page).write_text(written(page))


if __name__ == "__main__":
    main()
