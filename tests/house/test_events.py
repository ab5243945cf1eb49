"""docs/events.md and the code say the same."""

import re
from dataclasses import fields
from itertools import chain

import pytest

from core.events.base import ConversationEvent, Event
from core.events.catalogue import NOUNS, all_events
from kefu.wiring import LISTENERS, SWEEPS
from tests.house.documents import in_app, written
from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "events.md").read_text()
ROWS = {
    found[1]: [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.split("\n## Listeners\n")[0].splitlines()
    if (found := re.match(r"\| `([\w.]+)` \|", line))
}
SHARED = {field.name for field in fields(ConversationEvent)}


def test_the_tables_are_what_the_code_says() -> None:
    assert written("docs/events.md") == PAGE, "python -m tests.house.documents writes it"


def quoted(cell: str) -> list[str]:
    """The words in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def test_every_room_of_events_is_in_the_catalogue() -> None:
    rooms = {path.stem for path in (ROOT / "core" / "events").glob("*.py")} - {"__init__", "base", "catalogue"}
    assert rooms == {noun.__name__.rpartition(".")[2] for noun in NOUNS}


def test_every_event_has_a_row_and_every_row_an_event() -> None:
    assert set(ROWS) == {event.name for event in all_events()}


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.name)
def test_the_row_of_an_event_is_true(event: type[Event]) -> None:
    _, own, audience, logged, _, listeners = ROWS[event.name]
    shared = SHARED if issubclass(event, ConversationEvent) else {field.name for field in fields(Event)}
    assert set(quoted(own)) == {field.name for field in fields(event)} - shared
    assert set(audience.split(", ")) - {"–"} == {str(each) for each in event.audience}
    assert (logged == "yes") is event.logged
    called = [f"{each.__module__.split('.')[0]}.{each.__name__}" for each in LISTENERS.get(event, ())]
    assert quoted(listeners) == called


def test_every_listener_has_a_row_that_says_what_it_does() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| ([^|]+) \|$", PAGE.split("\n## Listeners\n")[1], re.MULTILINE)
    assert [name for name, _ in rows] == list(dict.fromkeys(map(in_app, chain.from_iterable(LISTENERS.values()))))
    assert all(sentence.strip() for _, sentence in rows)


def test_every_sweep_is_documented_with_its_interval() -> None:
    said = re.findall(r"^\| ([\w' ]+) \| (\d+) (s|h) \|", PAGE, re.MULTILINE)
    assert [(name, int(number) * (3600 if unit == "h" else 1)) for name, number, unit in said] == [
        (sweep.name, sweep.seconds) for sweep in SWEEPS
    ]
