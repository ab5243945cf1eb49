"""docs/adding.md, "An event that is told" and "A command": the one is asked for by the other, and told to everybody."""

import sys
from collections.abc import Iterator

import pytest
from django.utils import translation

from conversations.timeline import wording
from conversations.timeline.entries import line_text
from conversations.timeline.queries import lines
from core.events import catalogue
from tests import examples
from tests.cast import Cast
from tests.house import documents
from tests.house.foreign import foreign_frames
from tests.sockets import desk_socket, visitor_socket
from workbench.agent import AgentClient

EVENT, COMMAND, NAME = "An event that is told", "A command", "conversation.ask_for_help"
NEW = ("core.events.helping", "conversations.lifecycle.helping", "workbench.commands.helping")


@pytest.fixture
def example(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The blocks of the page, as if the files were so."""
    for name in (*NEW, wording.__name__):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    noun = examples.run(EVENT, "core/events/helping.py")
    monkeypatch.setattr(catalogue, "NOUNS", (*catalogue.NOUNS, noun))
    catalogue.lines_by_event.cache_clear()
    sentences = examples.run_changed(EVENT, "conversations/timeline/wording.py")
    for name in ("SENTENCES", "FOR_VISITORS"):
        monkeypatch.setattr(wording, name, vars(sentences)[name])
    examples.run(EVENT, "conversations/lifecycle/helping.py")
    examples.run(COMMAND, "workbench/commands/helping.py")
    yield
    del AgentClient.commands[NAME]
    catalogue.lines_by_event.cache_clear()


@pytest.mark.usefixtures("example", "live_loop")
async def test_what_an_agent_asks_for_is_told_to_both_sides(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice, visitor_socket() as carol:
        await bob.hello(after={})
        await alice.hello(after={})
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        answer = await bob.ask(NAME, conversation=talk.public_id)
        assert (answer["t"], answer["row"]["conversation"]) == ("ack", talk.public_id)
        said = {"key": "help_wanted", "names": {"by": "bob"}}
        assert (await bob.hear("conversation.help_wanted"))["line"]["say"] == said
        assert (await alice.hear("conversation.help_wanted"))["line"]["say"] == said
        assert (await carol.hear("conversation.help_wanted"))["line"]["say"]["key"] == "help_wanted"
    with cast.shop.within(), translation.override("en"):
        assert "bob asks for help" in [line_text(line) for line in lines(talk.pk, from_n=0, to_n=99)]


def test_the_desk_has_the_feature_and_its_button() -> None:
    """What the feature does: tests/js/desk/conversation/helping.test.js."""
    features = examples.changed(COMMAND, "static/kefu/js/desk/features.js")
    assert 'import { install as helping } from "./conversation/helping.js";' in features
    assert 'id="ask-button"' in examples.changed(COMMAND, "templates/workbench/desk/_pane.html")


@pytest.mark.usefixtures("example")
def test_its_rows_and_the_walk_come_by_themselves() -> None:
    event = "| `conversation.help_wanted` | – | visitor, holder, queue | yes | The holder asks the colleagues"
    assert event in documents.written("docs/events.md")
    protocol = documents.written("docs/protocol.md")
    assert "| `conversation.help_wanted` | both | `conversation`, `seq`, `row`, `line` |" in protocol
    assert f"| `{NAME}` | agent | Ask the colleagues for help with a conversation | `conversation` |" in protocol
    frames = foreign_frames(AgentClient.commands[NAME].payload, "own", ["x"])
    assert frames == {"conversation": [{"conversation": "x"}]}
