"""The panel beside the thread: of other conversations what the agent may open, and no link that hides its aim."""

import pytest
from django.urls import reverse

from conversations.lifecycle import ending
from conversations.models import Conversation
from customers.models import Customer
from customers.visits.actions import remember_visit
from tests.cast import Cast
from tests.sockets import signed_in

SECRET = "the door code is 4711"


def ended(cast: Cast, of: str) -> Conversation:
    """A conversation of carol that is over, and what was said last in it."""
    agent = cast.bob if of == "bob" else cast.alice
    found = cast.shop.held(cast.carol, agent)
    cast.shop.says(agent, found, f"{SECRET} says {of}")
    with cast.shop.within():
        ending.end_by_agent(actor=agent.actor(), conversation=found.public_id)
    return found


def panel(cast: Cast, of: str) -> str:
    """What the agent reads beside the conversation of now."""
    agent = {"bob": cast.bob, "erin": cast.shop.hire("1009", "erin", role="supervisor")}[of]
    now = cast.shop.held(cast.carol, agent)
    return signed_in(agent).get(reverse("workbench:customer", args=[now.public_id])).content.decode()


def test_an_agent_reads_earlier_words_only_of_conversations_of_their_own(cast: Cast) -> None:
    ended(cast, "alice")
    ended(cast, "bob")
    page = panel(cast, "bob")
    assert f"{SECRET} says bob" in page
    assert f"{SECRET} says alice" not in page
    assert "alice" not in page
    assert page.count("earlier-head") == 2, "that there was one is no secret"


def test_who_may_open_all_sees_whose_they_were_and_opens_them_to_read(cast: Cast) -> None:
    ended(cast, "alice")
    page = panel(cast, "erin")
    assert "alice" in page
    assert SECRET not in page


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://evil.example/login", "https://evil.example"),
        ("https://user:good.example@evil.example:8443/", "https://evil.example:8443"),
        ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai"),
        ("https://evil.example\\@good.example/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_title_of_the_visitors_choice_stands_beside_the_host_that_it_leads_to(
    cast: Cast, address: str, shown: str
) -> None:
    with cast.shop.within():
        remember_visit(customer_id=cast.carol.pk, page_url=address, page_title="Sign in to kefu")
    page = panel(cast, "bob")
    assert "Sign in to kefu" in page
    assert (f'<p class="hint">{shown}</p>' in page) == bool(shown)
    assert ("<a href" in page) == bool(shown)


def test_the_panel_names_the_customers_language_in_itself(cast: Cast) -> None:
    with cast.shop.within():
        Customer.objects.filter(pk=cast.carol.pk).update(locale="zh-TW")
    page = panel(cast, "bob")
    assert "繁體中文" in page
    assert "zh-TW" not in page
