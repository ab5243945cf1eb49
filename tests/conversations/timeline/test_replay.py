"""Whoever applies the frames knows what a fresh start would be told – also when frames get lost on the way.

Real sockets, real Redis, random acts of carol, bob and alice in a random order; frames are dropped at random.
"""

import asyncio
import uuid

import pytest
from django.test import AsyncClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conversations.lifecycle import assigning, transferring
from conversations.models import Conversation
from core.errors import Refusal
from tests.cast import Cast, assemble
from tests.clean_slate import empty
from tests.reference_client import ReferenceClient
from tests.sockets import Frame, Socket, bearer, desk_socket, signed_in_async, visitor_socket
from workbench.agent import AgentClient

pytestmark = pytest.mark.usefixtures("live_loop")

ACTS = (
    "carol writes", "carol writes", "carol recalls", "carol reads", "carol ends",
    "bob writes", "bob notes", "bob recalls", "bob reads", "bob accepts", "bob accepts", "bob ends",
    "bob hands over", "bob leaves", "bob comes",
    "alice accepts", "alice writes", "alice notes", "alice hands over", "alice gives back", "dora writes",
)  # fmt: skip
Story = list[tuple[str, bool, bool]]
stories = st.lists(st.tuples(st.sampled_from(ACTS), st.booleans(), st.booleans()), min_size=1, max_size=18)


class Scenario:
    """The stage of one story: carol and bob at their sockets, alice and dora beside it."""

    def __init__(self, cast: Cast, carol: Socket, bob: Socket) -> None:
        self.cast, self.carol, self.bob = cast, carol, bob
        self.dora = cast.shop.welcome("dora")
        self.visitor = ReferenceClient(lambda after: carol.ask("events.fetch", after=after))
        self.agent = ReferenceClient(lambda after: bob.ask("events.fetch", after=after), me=cast.bob.public_id)

    def conversation(self) -> Conversation:
        """carol's latest."""
        with self.cast.shop.within():
            found = Conversation.objects.filter(customer=self.cast.carol).order_by("-pk").first()
        return found or self.cast.shop.open(self.cast.carol)

    async def act(self, name: str) -> None:
        """One act; a refusal is a fine answer, too."""
        who, what = name.split(" ", 1)
        if who == "carol":
            await self.at_socket(self.carol, what)
        elif who == "bob":
            await self.at_socket(self.bob, what)
        elif who == "dora":
            self.cast.shop.says(self.dora, self.cast.shop.open(self.dora), "dora")
        else:
            with self.cast.shop.within():
                try:
                    self.alice(what)
                except Refusal:
                    return

    async def at_socket(self, line: Socket, what: str) -> None:
        """Somebody at a socket."""
        place = self.conversation()
        name = place.public_id
        payloads: dict[str, tuple[str, Frame]] = {
            "writes": ("message.post", {"conversation": name, "kind": "text", "text": f"words {uuid.uuid4()}"}),
            "notes": ("message.post", {"conversation": name, "kind": "text", "text": "a note", "note": True}),
            "recalls": ("message.recall", {"conversation": name, "n": max(place.last_seq, 1)}),
            "ends": ("conversation.end", {"conversation": name}),
            "accepts": ("conversation.accept", {"conversation": name}),
            "hands over": (
                "conversation.transfer",
                {"conversation": name, "to": self.cast.alice.public_id, "note": "please"},
            ),
            "leaves": ("status.set", {"status": "offline", "requeue": True}),
            "comes": ("status.set", {"status": "online"}),
        }
        if what == "reads":
            line.send({"t": "receipt", "conversation": name, "delivered": place.last_seq, "read": place.last_seq})
        else:
            answer = await line.ask(*payloads[what])
            assert answer["t"] in ("ack", "refused"), answer
            assert answer.get("code") != "internal", answer

    def alice(self, what: str) -> None:
        """alice uses the actions themselves."""
        place, actor = self.conversation(), self.cast.alice.actor()
        if what == "accepts":
            assigning.accept(actor=actor, conversation=place.public_id, above=True)
        elif what == "hands over":
            transferring.transfer(actor=actor, conversation=place.public_id, to=self.cast.bob.public_id)
        elif what == "gives back":
            transferring.give_back_all(actor=actor)
        else:
            self.cast.shop.says(self.cast.alice, place, "alice", note=what == "notes")

    async def deliver(self, *, lose_visitors: bool, lose_agents: bool) -> None:
        """What arrived since the last time is applied, or lost."""
        await asyncio.gather(self.carol.settle(self.cast.shop), self.bob.settle(self.cast.shop))
        for line, client, lost in ((self.carol, self.visitor, lose_visitors), (self.bob, self.agent, lose_agents)):
            arrived, line.frames = line.frames, []
            for frame in arrived:
                if not lost:
                    await client.hear(frame)


async def visitor_snapshot(cast: Cast) -> Frame:
    """What a fresh page would be told."""
    payload = {"channel": cast.shop.channel.public_id, "token": cast.shop.token(cast.carol)}
    answer = await AsyncClient().post("/api/visitor/session", payload, content_type="application/json")
    content: Frame = answer.json()
    return content


def desk_snapshot(cast: Cast) -> Frame:
    """What a fresh workbench would be told."""
    with cast.shop.within():
        return AgentClient.of(cast.bob, "en").state()


async def check_visitor(play: Scenario, *, lossless: bool) -> None:
    """carol's page."""
    start = await visitor_snapshot(play.cast)
    client, wanted = play.visitor, start["row"]
    if wanted is None:
        assert client.rows == {}
        return
    known = client.rows[wanted["conversation"]]
    shown = {**known, "seq": client.cursors[wanted["conversation"]]}
    unsure = {"delivered"} if lossless else {"delivered", "read", "position"}  # ephemeral: a lost one stays lost
    assert {k: v for k, v in shown.items() if k not in unsure} == {k: v for k, v in wanted.items() if k not in unsure}
    assert shown["delivered"] <= wanted["delivered"]
    assert [client.messages[each["conversation"], each["n"]] | urls(each) for each in start["messages"]] == [
        each | urls(each) for each in start["messages"]
    ]
    assert not any("note" in message for message in client.messages.values())
    heard = [client.lines.get((each["conversation"], each["seq"]), {}) | comparable(each) for each in start["lines"]]
    assert heard == [each | comparable(each) for each in start["lines"]]


def urls(message: Frame) -> Frame:
    """Signed addresses differ by their time."""
    return {"file": None}


def comparable(line: Frame) -> Frame:
    """A frame that is told at once carries the time of its process, one that is found again that of the database."""
    return {"at": None}


def check_agent(play: Scenario, *, lossless: bool) -> None:
    """bob's workbench. What ended while nothing arrived is history: no digest names it, the next start shows it."""
    start, client = desk_snapshot(play.cast), play.agent
    wanted = {
        row["conversation"]: row
        for row in [*start["rows"], *start["queue"]]
        if lossless or row["state"] != "ended" or row["conversation"] in client.rows
    }
    mine = {
        name: {**row, "seq": client.cursors[name]}
        for name, row in client.rows.items()
        if row["mine"] or row["state"] == "queued"
    }
    assert set(mine) == set(wanted)
    for name, row in wanted.items():
        # Receipts are told to who holds the conversation, and a lost one stays lost.
        unsure = set() if lossless and row["state"] != "queued" else {"delivered", "read", "unread"}
        assert {k: v for k, v in mine[name].items() if k not in unsure} == {
            k: v for k, v in row.items() if k not in unsure
        }


async def play(story: Story, *, lossless: bool) -> None:
    """Act by act; then the digests, as after 25 seconds, and the comparison."""
    empty()
    cast = assemble()
    cast.shop.status(cast.bob, "online")
    async with visitor_socket() as carol, desk_socket(cast.bob) as bob:
        await carol.hello(token=cast.shop.token(cast.carol), after={})
        await bob.hello(after={})
        stage = Scenario(cast, carol, bob)
        for name, lose_visitors, lose_agents in story:
            await stage.act(name)
            await stage.deliver(lose_visitors=lose_visitors and not lossless, lose_agents=lose_agents and not lossless)
        if not lossless:
            await digests(stage)
        await check_visitor(stage, lossless=lossless)
        check_agent(stage, lossless=lossless)


async def polled(client: AsyncClient, path: str, **headers: str) -> Frame:
    """The digest that every poll begins with."""
    answer = await client.post(path, {"after": {}}, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    digest: Frame = answer.json()["frames"][0]
    assert digest["t"] == "digest"
    return digest


async def digests(stage: Scenario) -> None:
    """The heartbeat of both sides; an agent's also names the queue."""
    cast = stage.cast
    visitors = await polled(AsyncClient(), "/api/visitor/poll", **bearer(cast.shop.token(cast.carol)))
    await stage.visitor.digest(visitors["after"])
    agents = await polled(signed_in_async(cast.bob), "/api/desk/poll")
    queue = {name: stage.agent.cursors.get(name, 0) for name in agents["queue"]}
    await stage.agent.digest({**queue, **agents["after"]})
    unknown = {name: 0 for name in queue if name not in stage.agent.rows}
    if unknown:
        await stage.agent.catch_up(unknown)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories)
async def test_state_after_the_frames_is_the_state_fetched(database: None, story: Story) -> None:
    await play(story, lossless=True)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@example(story=[("bob leaves", False, False), ("carol writes", False, True)])  # lost while it waited in the queue
@example(story=[("bob writes", False, False), ("carol ends", False, False), ("bob recalls", True, True)])  # and later
@given(story=stories)
async def test_lost_frames_are_found_again(database: None, story: Story) -> None:
    await play(story, lossless=False)
