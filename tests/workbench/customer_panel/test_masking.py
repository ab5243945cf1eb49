"""Phones and e-mails reach nobody in full who may not see them so; having one shown is audited."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Agent, AuditEntry
from conversations.models import Conversation
from core import clock
from customers.models import Customer, ToolPanel
from customers.tool_panels.tickets import sealed
from tests.cast import Cast
from tests.conversations.search.test_finding import indexed
from tests.sockets import Socket, desk_socket, signed_in

PHONE, EMAIL = "13800138000", "carol@shop.example"
MASKED_PHONE, MASKED_EMAIL = "138****8000", "c***@shop.example"


@pytest.fixture
def talk(cast: Cast) -> Conversation:
    """carol's conversation with bob, an agent; a supervisor noted how to reach her."""
    with cast.shop.within():
        Customer.objects.filter(pk=cast.carol.pk).update(phone=PHONE, email=EMAIL)
    return cast.shop.held(cast.carol, cast.bob)


def panel(agent: Agent, talk: Conversation) -> str:
    """What the agent reads beside the thread."""
    return signed_in(agent).get(reverse("workbench:customer", args=[talk.public_id])).content.decode()


def revealed(cast: Cast) -> list[tuple[str, dict[str, Any]]]:
    """The audit entries of what was shown."""
    with cast.shop.within():
        entries = AuditEntry.objects.filter(action="customer.revealed").order_by("pk")
        return [(each.actor_name, each.after) for each in entries]


async def reveal(desk: Socket, talk: Conversation, field: str = "phone") -> dict[str, Any]:
    answer = await desk.ask("customer.reveal", {"conversation": talk.public_id, "field": field})
    assert answer["t"] == "ack", answer
    customer: dict[str, Any] = answer["customer"]
    return customer


def test_an_agent_sees_them_masked_and_a_supervisor_in_full(cast: Cast, talk: Conversation) -> None:
    page = panel(cast.bob, talk)
    assert (MASKED_PHONE in page, MASKED_EMAIL in page, page.count("data-reveal=")) == (True, True, 2)
    assert (PHONE in page, EMAIL in page) == (False, False)
    page = panel(cast.alice, talk)
    assert (PHONE in page, EMAIL in page, "data-reveal" in page) == (True, True, False)
    with cast.shop.within():
        cast.bob.role.permissions = [each for each in cast.bob.role.permissions if "reveal" not in each]
        cast.bob.role.save()
    page = panel(cast.bob, talk)
    assert (MASKED_PHONE in page, "data-reveal" in page) == (True, False)


@pytest.mark.usefixtures("live_loop")
async def test_what_was_shown_is_audited_once_and_stays_for_ten_minutes(cast: Cast, talk: Conversation) -> None:
    dave = cast.shop.hire("1009", "dave")
    async with desk_socket(cast.bob) as bob, desk_socket(dave) as other:
        await bob.hello(), await other.hello()
        for _ in range(2):
            customer = await reveal(bob, talk)
            assert customer["fields"]["phone"] == {"phone": PHONE}
            assert (customer["fields"]["email"], customer["hidden"]) == ({"email": MASKED_EMAIL}, ["email"])
        assert revealed(cast) == [("bob", {"phone": MASKED_PHONE})]
        page = panel(cast.bob, talk)
        assert (PHONE in page, EMAIL in page) == (True, False)
        with clock.frozen_at(clock.now() + timedelta(minutes=11)):
            assert PHONE not in panel(cast.bob, talk)
        answer = await other.ask("customer.reveal", {"conversation": talk.public_id, "field": "phone"})
        assert answer["code"] == "not_found", "a colleague's conversation"
        with cast.shop.within():
            cast.bob.role.permissions = [each for each in cast.bob.role.permissions if "reveal" not in each]
            cast.bob.role.save()
        async with desk_socket(cast.bob) as later:
            await later.hello()
            answer = await later.ask("customer.reveal", {"conversation": talk.public_id, "field": "email"})
            assert answer["code"] == "forbidden"


@pytest.mark.usefixtures("live_loop")
async def test_who_sees_it_masked_can_neither_overwrite_nor_learn_it_by_trying(cast: Cast, talk: Conversation) -> None:
    change = {"conversation": talk.public_id, "field": "phone", "values": {"phone": "13900139000"}}
    async with desk_socket(cast.bob) as bob, desk_socket(cast.alice) as alice:
        await bob.hello(), await alice.hello()
        for seen in ("", MASKED_PHONE):
            answer = await bob.ask("customer.change", change | {"seen": {"phone": seen}})
            assert answer["theirs"]["values"] == {"phone": MASKED_PHONE}
            assert PHONE not in str(answer)
        guesses = [{"seen": {"phone": seen}, "values": {"phone": PHONE}} for seen in ("", PHONE)]
        for guess in (*guesses, {"seen": {"phone": PHONE}}):
            answer = await bob.ask("customer.change", change | guess)
            assert answer["theirs"]["values"] == {"phone": MASKED_PHONE}, "a right guess is answered as a wrong one"
        await reveal(bob, talk)
        answer = await bob.ask("customer.change", change | {"seen": {"phone": PHONE}})
        assert answer["customer"]["fields"]["phone"] == {"phone": "13900139000"}, "whoever wrote it knows it"
        theirs = change | {"seen": {"phone": "13900139000"}, "values": {"phone": "13700137000"}}
        assert (await alice.ask("customer.change", theirs))["customer"]["fields"]["phone"] == {"phone": "13700137000"}
        assert "13700137000" not in panel(cast.bob, talk), "somebody else changed it since"


def test_the_search_finds_the_whole_number_and_no_part_of_it(cast: Cast, talk: Conversation) -> None:
    cast.shop.says(cast.carol, talk, "您好")
    indexed(cast)

    def found(agent: Agent, words: str) -> str:
        return signed_in(agent).get("/api/desk/search", {"q": words}).content.decode()

    for words in ("0013", "38001", "138 0013", "carol@sh", "arol@"):
        assert talk.public_id not in found(cast.bob, words), words
        assert talk.public_id in found(cast.alice, words), words
    for words in (PHONE, "138 0013 8000", "138-0013-8000", EMAIL, EMAIL.upper(), "8000", "@shop.example"):
        answer = found(cast.bob, words)
        assert talk.public_id in answer, words
        assert not {PHONE, EMAIL} & set(answer.replace('","', '"').split('"')), words


def test_a_tool_panel_is_given_what_the_agent_may_see(cast: Cast, talk: Conversation) -> None:
    with cast.shop.within():
        tool = ToolPanel.objects.create(
            name="CRM", url="https://crm.example/", sealed_secret=sealed("secret"), shares_contact=True
        )

    def claims(agent: Agent) -> dict[str, Any]:
        url = signed_in(agent).get(reverse("workbench:tool", args=[talk.public_id, tool.public_id])).json()["url"]
        return decoded(url)

    assert [claims(cast.bob)[name] for name in ("phone", "email")] == [MASKED_PHONE, MASKED_EMAIL]
    assert [claims(cast.alice)[name] for name in ("phone", "email")] == [PHONE, EMAIL]


def decoded(url: str) -> dict[str, Any]:
    """The claims of a panel's address, unchecked."""

    body = url.rpartition("kefu=")[2].split(".")[1]
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return content
