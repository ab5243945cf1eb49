"""docs/protocol.md and the code say the same."""

import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.urls import resolve

from conversations.posting.drafts import LONGEST_TEXT
from core.errors import Refusal
from core.events.base import Audience, ConversationEvent
from core.events.catalogue import all_events
from core.live import connections, websocket
from core.live.commands import LARGEST_FRAME, MAX_CURSORS, Handler
from core.live.http import LONGEST_WAIT
from kefu.asgi import application
from tests.house.documents import written
from tests.house.sources import ROOT
from widget import commands as widget_commands
from widget.visitor import VisitorClient
from workbench import commands as workbench_commands
from workbench.agent import AgentClient

PAGE = (ROOT / "docs" / "protocol.md").read_text()
CONTROL = {"ready", "ack", "refused", "error", "digest"}
BY_PARTY = {"visitor": VisitorClient.commands, "agent": AgentClient.commands}


def section(title: str) -> str:
    """The text under a heading."""
    return PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def table(title: str) -> list[list[str]]:
    """The cells of the table in a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines]


def quoted(cell: str) -> list[str]:
    """The words in backticks."""
    return re.findall(r"`([^`]+)`", cell)


FRAMES = {quoted(row[0])[0]: row for row in table("Frames down")}
SIDES = {"both": ("visitor", "agent"), "visitor": ("visitor",), "agent": ("agent",)}
COMMANDS = {
    (quoted(row[0])[0], side): row for row in table("Commands up") for side in SIDES[row[1].split(",", maxsplit=1)[0]]
}


def sent_events() -> set[str]:
    """The events somebody is told, live or in a replay."""
    return {event.name for event in all_events() if event.audience or issubclass(event, ConversationEvent)}


def test_every_frame_is_documented_and_exists() -> None:
    assert set(FRAMES) == sent_events() | CONTROL


def test_every_frame_is_documented_for_those_who_hear_it() -> None:
    for event in all_events():
        if event.audience:
            sides = {"visitor" if audience is Audience.VISITOR else "agent" for audience in event.audience}
            told = {"both": {"visitor", "agent"}}.get(FRAMES[event.name][1], {FRAMES[event.name][1]})
            assert sides == told, event.name


def test_the_tables_are_what_the_code_says() -> None:
    assert written("docs/protocol.md") == PAGE, "python -m tests.house.documents writes it"


def test_every_command_is_documented_and_exists() -> None:
    assert {name for name, _ in COMMANDS} == {"hello", *VisitorClient.commands, *AgentClient.commands}


def test_every_command_is_documented_for_those_who_may_send_it() -> None:
    there = {(name, side) for side, commands in BY_PARTY.items() for name in commands}
    assert set(COMMANDS) - {("hello", "visitor"), ("hello", "agent")} == there


def every_command() -> Iterator[tuple[str, str, Handler]]:
    """Of both parties."""
    for side, commands in BY_PARTY.items():
        for name, handler in commands.items():
            yield name, side, handler


@pytest.mark.parametrize(("name", "side", "command"), list(every_command()))
def test_every_field_of_a_command_is_documented(name: str, side: str, command: Handler) -> None:
    fields = set(command.payload.model_fields) - {"t", "id"}
    assert fields <= {word.removesuffix("?") for word in quoted(COMMANDS[name, side][3])}, name


@pytest.mark.parametrize(("name", "side", "command"), list(every_command()))
def test_commands_that_are_answered_need_an_id(name: str, side: str, command: Handler) -> None:
    losable = "losable" in COMMANDS[name, side][4]
    assert command.payload.model_fields["id"].is_required() is not losable


@pytest.mark.parametrize("commands", [workbench_commands, widget_commands], ids=lambda module: module.__name__)
def test_every_file_of_commands_registers_them(commands: ModuleType) -> None:
    folder = ROOT / commands.__name__.replace(".", "/")
    assert sorted(path.stem for path in folder.glob("*.py")) == [
        "__init__",
        *(module.__name__.rpartition(".")[2] for module in commands.MODULES),
    ]


def refusals() -> dict[str, type[Refusal]]:
    """Every refusal by its code."""
    found: dict[str, type[Refusal]] = {}
    todo = [Refusal]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        found[kind.code] = kind
    return found


def documented_codes() -> list[str]:
    """The codes of `refused`."""
    return quoted(PAGE.split("Codes of `refused`:", 1)[1].split("\n", 1)[0].replace("(`retry: true`)", ""))


@pytest.mark.parametrize("code", documented_codes())
def test_every_code_of_a_refusal_exists_and_has_one_status(code: str) -> None:
    """An answer carries the status of its refusal; the page says which."""
    said = re.search(rf"(\d{{3}}) \([^)]*`{code}`", PAGE.split("Over HTTP an `ack` has the status", 1)[1])
    assert (int(said[1]) if said else 422) == refusals()[code].status


def test_refusals_say_when_to_try_again() -> None:
    line = PAGE.split("Codes of `refused`:", 1)[1].split("\n", 1)[0]
    again = set(re.findall(r"`(\w+)` \(`retry: true`\)", line))
    assert again == {code for code in documented_codes() if refusals()[code].retry}


def test_every_close_code_of_ours_is_documented() -> None:
    source = "".join(
        (ROOT / name).read_text()
        for name in ("core/live/websocket.py", "widget/websocket.py", "workbench/websocket.py")
    )
    used = set(re.findall(r"(?:HelloRefused|_close|_cut|call_later\(HELLO_SECONDS, self\._cut,)\(?\s*(\d{4})", source))
    documented = set(re.findall(r"\b\d{4}\b", section("Close codes")))
    used |= {str(code) for code in (connections.TOO_SLOW, connections.NOT_AUTHENTICATED, connections.BROKEN)}
    assert used <= documented
    assert {"4401", "4408", "4413", "4429"} <= used
    assert {code for code in used if not 3000 <= int(code) < 5000} == set(), "servers refuse to send others"


def test_every_address_is_there() -> None:
    addresses = re.findall(r"`(?:(?:GET|POST) )?(/(?:api|ws)/[^`?]*)", PAGE)
    assert len(addresses) >= 14
    for address in addresses:
        path = re.sub(r"<\w+>", "some-id", address)
        if path.startswith("/ws/"):
            routes = [str(route.pattern) for route in application.application_mapping["websocket"].routes]
            assert path.lstrip("/") in routes
        else:
            assert resolve(path)


def test_the_numbers_are_true() -> None:
    assert f"{LONGEST_TEXT:,} characters" in PAGE
    assert f"Frames over {LARGEST_FRAME // 1024} KiB" in PAGE
    assert f"More than {websocket.BURST:.0f} at once or {websocket.PER_SECOND:.0f} a second" in PAGE
    assert f"no `hello` within {websocket.HELLO_SECONDS:.0f} s" in PAGE
    assert f"every {connections.DIGEST_SECONDS:.0f} s" in FRAMES["digest"][1]
    assert f'"wait": 0…{LONGEST_WAIT:.0f}' in PAGE
    assert f"`after` names {MAX_CURSORS} conversations at most" in PAGE
    assert f"WebSocket subprotocol: `{websocket.SUBPROTOCOL}`" in PAGE


def test_every_event_is_documented() -> None:
    """Here, or in docs/events.md for those that no client is told."""
    pages = PAGE + (ROOT / "docs" / "events.md").read_text()
    assert [event.name for event in all_events() if f"`{event.name}`" not in pages] == []


def test_a_private_note_cannot_be_addressed_to_a_visitor() -> None:
    for event in all_events():
        if event.name.startswith("note."):
            assert Audience.VISITOR not in event.audience
