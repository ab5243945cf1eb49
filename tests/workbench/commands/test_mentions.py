"""Who is named in a private note is told at the desk until it was seen; only those can be named who may read it."""

from typing import Any

import pytest

from accounts.models import Agent
from conversations.messages import recalling
from conversations.models import Conversation, Mention
from core.tenancy.scope import tenant_scope
from tests.cast import Cast
from tests.sockets import Frame, desk_socket, signed_in, signed_in_async, visitor_socket

pytestmark = pytest.mark.usefixtures("live_loop")
NOTHING = {"mark": "0.0", "notes": []}


def naming(conversation: Conversation, *agents: Agent, text: str = "请看一下", note: bool = True) -> Frame:
    """The payload of a note that names these agents."""
    named = [each.public_id for each in agents]
    return {"conversation": conversation.public_id, "kind": "text", "text": text, "note": note, "mentions": named}


async def unseen(agent: Agent) -> dict[str, Any]:
    """What the agent's desk shows after a reload."""
    browser = signed_in_async(agent)
    state: dict[str, Any] = (await browser.get("/api/desk/state")).json()["mentions"]
    assert state == (await browser.get("/api/desk/mentions")).json()
    return state


async def test_who_is_named_is_told_until_the_conversation_was_opened(cast: Cast) -> None:
    talk = cast.shop.held(cast.carol, cast.bob)
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice, visitor_socket() as carol:
        await bob.hello(), await alice.hello(), await carol.hello(token=cast.shop.token(cast.carol))
        payload = naming(talk, cast.alice, cast.alice) | {"id": "6f0c8a52-52cf-4b0a-9d6e-0f6a1a2b3c4d"}
        message = (await bob.ask("message.post", payload))["message"]
        assert message["content"] == {"mentions": [cast.alice.public_id]}
        assert (await bob.ask("message.post", payload))["message"] == message, "a repetition"
        await alice.hear("mentions.changed")
        state = await unseen(cast.alice)
        (found,) = state["notes"]
        assert (found["conversation"], found["n"], found["text"]) == (talk.public_id, message["n"], "请看一下")
        assert (found["by"], found["row"]["customer"]["name"]) == ("bob", "carol")
        assert await unseen(cast.bob) == NOTHING
        async with desk_socket(cast.alice) as other_tab:
            await other_tab.hello()
            assert (await other_tab.hear("digest"))["mentions"] == state["mark"]
            await alice.ask("mentions.see", {"conversation": talk.public_id})
            await other_tab.hear("mentions.changed")
        assert await unseen(cast.alice) == NOTHING
        await carol.settle(cast.shop)
        assert "请看一下" not in str(carol.frames)
        assert not [frame for frame in (*bob.frames, *alice.frames) if frame["t"] == "mentions.changed"][1:]


@pytest.mark.parametrize("stranger", ["colleague", "other company", "disabled", "nobody", "in a reply"])
async def test_only_those_are_named_who_may_read_it(cast: Cast, stranger: str) -> None:
    talk, dave = cast.shop.held(cast.carol, cast.bob), cast.shop.hire("1009", "dave")
    who = {"other company": cast.mallory, "colleague": dave}.get(stranger, cast.alice)
    if stranger == "disabled":
        with cast.shop.within():
            Agent.objects.filter(pk=cast.alice.pk).update(is_active=False)
    if stranger == "nobody":
        who = Agent(public_id="q3Rk9dLw0ZtB7xYc")
    async with desk_socket(cast.bob) as bob:
        await bob.hello()
        answer = await bob.ask("message.post", naming(talk, who, note=stranger != "in a reply"))
        assert (answer["t"], answer.get("code")) == ("refused", "not_mentionable")
        too_many = naming(talk) | {"mentions": [f"agent-{number}" for number in range(11)]}
        assert (await bob.ask("message.post", too_many))["code"] == "too_many_mentions"
    with cast.shop.within():
        assert not Mention.objects.exists()
        assert not cast.shop.fresh(talk).last_note, "and nothing was stored"


def test_the_desk_offers_those_who_may_read_it(cast: Cast) -> None:
    cast.shop.hire("1008", "erin", role="supervisor")
    cast.shop.hire("1007", "frank", role="analyst")  # has no desk
    dave, talk = cast.shop.hire("1009", "dave"), cast.shop.held(cast.carol, cast.bob)

    def offered(reader: Agent, conversation: Conversation) -> Any:
        answer = signed_in(reader).get(f"/api/desk/conversations/{conversation.public_id}/readers")
        return [each["name"] for each in answer.json()["readers"]] if answer.status_code == 200 else answer.status_code

    assert offered(cast.bob, talk) == ["alice", "erin"]
    assert offered(cast.alice, talk) == ["bob", "erin"], "its holder"
    assert (offered(dave, talk), offered(cast.mallory, talk)) == (404, 404)
    for agent in (cast.alice, cast.bob, dave):
        cast.shop.status(agent, "busy")
    waiting = cast.shop.open(cast.shop.welcome("gina"))
    assert offered(cast.bob, waiting) == ["alice", "erin", "dave"], "and those who may accept it"


async def test_of_what_is_recalled_or_not_to_be_read_any_more_nobody_is_told(cast: Cast) -> None:
    talk, erin = cast.shop.held(cast.carol, cast.bob), cast.shop.hire("1008", "erin", role="supervisor")
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice:
        await bob.hello(), await alice.hello()
        n = (await bob.ask("message.post", naming(talk, cast.alice, erin)))["message"]["n"]
        await alice.hear("mentions.changed")
        with tenant_scope(cast.shop.tenant.pk):
            erin.role = cast.bob.role
            erin.save(update_fields=["role"])
        assert (await unseen(erin))["notes"] == []
        with cast.shop.within():
            recalling.recall(actor=cast.bob.actor(), conversation=talk.public_id, n=n)
        await alice.hear("mentions.changed")
        assert await unseen(cast.alice) == NOTHING
