"""Who is there: leaving keeps the status for the grace, coming back brings back what was chosen; signing out acts."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.agents import presence
from accounts.agents.actions import AgentInput, change_agent, reset_password
from accounts.agents.rules import GRACE
from accounts.models import Agent, StatusInterval
from core.live import groups, hub
from core.models import LoggedEvent
from core.tenancy.threads import in_thread
from tests.cast import PASSWORD, Cast, at_once
from tests.sockets import Socket, desk_socket, signed_in


def look_again(cast: Cast) -> None:
    """The next digest comes now."""
    hub.request_digests(cast.shop.tenant.pk, [groups.agent_group(cast.shop.tenant.pk, cast.bob.pk)])


CHOICES = [("online", ""), ("busy", ""), ("away", "lunch")]


def says(cast: Cast, status: str, reason: str = "") -> None:
    """bob chooses."""
    with cast.shop.within():
        presence.set_status(actor=cast.bob.actor(), agent_id=cast.bob.pk, status=status, reason=reason)


def now(cast: Cast) -> tuple[str, str]:
    """What bob is doing."""
    with cast.shop.within():
        return Agent.objects.values_list("status", "status_reason").get(pk=cast.bob.pk)


def lose_the_network(cast: Cast) -> None:
    """No browser shows bob for longer than the grace."""
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(seen_at=timezone.now() - GRACE - timedelta(seconds=1))
        assert presence.set_absent([cast.bob.pk]) == 1
    assert now(cast) == ("offline", "")


def come(cast: Cast) -> None:
    """A browser of bob connects."""
    with cast.shop.within():
        presence.mark_connected(cast.bob.pk)


def sign_in(cast: Cast) -> None:
    """bob signs in, in a new browser."""
    name = f"{cast.bob.number}@{cast.shop.tenant.code}"
    assert Client().post("/sign-in/", {"name": name, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(("status", "reason"), CHOICES)
def test_who_comes_back_after_a_lost_network_does_what_was_chosen(cast: Cast, status: str, reason: str) -> None:
    says(cast, status, reason)
    for _ in range(2):
        lose_the_network(cast)
        come(cast)
        assert now(cast) == (status, reason)


@pytest.mark.parametrize(("status", "reason"), CHOICES)
def test_whoever_signs_in_again_begins_online_whatever_they_did_before(cast: Cast, status: str, reason: str) -> None:
    """Friday's lunch is over on Monday."""
    says(cast, status, reason)
    lose_the_network(cast)
    sign_in(cast)
    come(cast)
    assert now(cast) == ("online", "")


@pytest.mark.parametrize(("hours", "then"), [(3, ("busy", "")), (5, ("online", ""))])
def test_whoever_shut_the_laptop_over_night_begins_online(cast: Cast, hours: int, then: tuple[str, str]) -> None:
    """The session goes on for a day: a network is not lost for so long."""
    says(cast, "busy")
    lose_the_network(cast)
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(status_since=timezone.now() - timedelta(hours=hours))
    come(cast)
    assert now(cast) == then


def test_signing_in_changes_nothing_for_who_is_there_or_chose_to_be_offline(cast: Cast) -> None:
    for status, reason in [("away", "lunch"), ("offline", "")]:
        says(cast, status, reason)
        sign_in(cast)
        come(cast)
        assert now(cast) == (status, reason)


def test_who_chose_to_be_offline_stays_so_also_when_chosen_during_the_absence(cast: Cast) -> None:
    says(cast, "online")
    says(cast, "offline")
    come(cast)
    assert now(cast) == ("offline", "")
    says(cast, "online")
    lose_the_network(cast)
    says(cast, "offline")
    come(cast)
    assert now(cast) == ("offline", "")


def test_whoever_is_new_is_online_when_they_first_come(cast: Cast) -> None:
    assert now(cast) == ("offline", "")
    come(cast)
    assert now(cast) == ("online", "")


def test_what_is_chosen_while_a_browser_connects_holds(cast: Cast) -> None:
    says(cast, "online")
    lose_the_network(cast)
    with cast.shop.within():
        returns_to = Agent.objects.get(pk=cast.bob.pk).returns_to
    says(cast, "busy")  # after `came` looked without the lock
    with cast.shop.within():
        assert (returns_to, presence.restore_status(cast.bob.pk)) == ("online", False)
    assert now(cast) == ("busy", "")


def test_of_a_choice_and_a_coming_browser_at_once_the_choice_holds(cast: Cast) -> None:
    for _ in range(20):
        says(cast, "online")
        lose_the_network(cast)
        assert at_once(lambda: says(cast, "busy"), lambda: come(cast), lambda: come(cast)) == [None] * 3
        assert now(cast) == ("busy", "")


def test_whoever_is_disabled_is_not_brought_back(cast: Cast) -> None:
    says(cast, "online")
    lose_the_network(cast)
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)
    come(cast)
    assert now(cast) == ("offline", "")


def test_the_interval_of_a_break_goes_on_after_the_absence(cast: Cast) -> None:
    says(cast, "away", "lunch")
    lose_the_network(cast)
    come(cast)
    with cast.shop.within():
        told = (
            StatusInterval.objects.filter(agent=cast.bob).order_by("pk").values_list("status", "reason", "set_by_kind")
        )
        assert list(told) == [("away", "lunch", "agent"), ("offline", "", "system"), ("away", "lunch", "agent")]


@pytest.mark.usefixtures("live_loop")
@pytest.mark.parametrize(("status", "reason"), CHOICES)
async def test_a_digest_brings_back_whom_the_grace_set_offline_beside_an_open_desk(
    cast: Cast, status: str, reason: str
) -> None:
    says(cast, status, reason)
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        await bob.hear("digest")  # the one that comes with the line
        lose_the_network(cast)
        look_again(cast)
        told = await bob.hear("digest")
        assert (told["me"]["status"], told["me"]["reason"]) == (status, reason)
    assert now(cast) == (status, reason)


@pytest.mark.usefixtures("live_loop")
async def test_a_digest_leaves_alone_who_chose_to_be_offline(cast: Cast) -> None:
    says(cast, "online")
    async with desk_socket(cast.bob) as bob:
        await bob.hello(after={})
        await bob.hear("digest")  # the one that comes with the line
        says(cast, "offline")
        look_again(cast)
        told = await bob.hear("digest")
        assert told["me"]["status"] == "offline"


def sign_out(cast: Cast, **answer: str) -> int:
    """bob signs out in a browser; the answer's status."""
    return int(signed_in(cast.bob).post("/sign-out/", answer).status_code)


def test_signing_out_is_offline_at_once_and_signing_in_is_online(cast: Cast) -> None:
    says(cast, "busy")
    assert sign_out(cast) == 302
    assert now(cast) == ("offline", "")
    come(cast)
    assert now(cast) == ("online", "")


def test_who_was_offline_by_choice_is_so_after_signing_in_again(cast: Cast) -> None:
    says(cast, "online")
    says(cast, "offline")
    sign_out(cast)
    come(cast)
    assert now(cast) == ("offline", "")


def test_signing_out_with_open_conversations_asks_first(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    browser = signed_in(cast.bob)
    page = browser.post("/sign-out/")
    assert page.status_code == 200
    assert 'name="conversations" value="requeue"' in page.content.decode()
    assert browser.get("/api/desk/state").status_code == 200, "still signed in"
    assert now(cast) == ("busy", "")
    assert cast.shop.fresh(place).agent_id == cast.bob.pk


def test_the_question_has_the_same_answers_in_the_same_order_at_desk_and_console(cast: Cast) -> None:
    cast.shop.held(cast.carol, cast.bob)
    browser = signed_in(cast.bob)
    pages = [browser.post("/sign-out/", {"next": "/password/"}), browser.get("/desk/")]
    asked = [page.content.decode().partition('class="leave-choices"')[2].partition("</div>\n</")[0] for page in pages]
    answers = [re.findall(r"<(?:button|a)[^>]*?( autofocus)?>(?:<strong>)?([^<]+)", each)[:3] for each in asked]
    assert answers[0] == answers[1]
    assert [focused for focused, _words in answers[0]] == [" autofocus", "", ""]
    assert 'href="/password/"' in asked[0], "and back to where it was asked"


@pytest.mark.parametrize(("answer", "state"), [("requeue", "queued"), ("keep", "active")])
def test_the_answer_says_what_becomes_of_them(cast: Cast, answer: str, state: str) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    assert sign_out(cast, conversations=answer) == 302
    assert cast.shop.fresh(place).state == state
    assert now(cast) == ("offline", "")


@pytest.mark.usefixtures("live_loop")
async def test_signing_out_cuts_the_other_tabs_at_once_and_they_do_not_bring_back(cast: Cast) -> None:
    says(cast, "online")
    browser = await in_thread(signed_in, cast.bob)
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    async with Socket("/ws/desk/", cookie=key) as tab:
        await tab.hello(after={})
        await in_thread(browser.post, "/sign-out/")
        assert await tab.closed() == 4401
    assert now(cast) == ("offline", "")
    with cast.shop.within():
        seen_at = Agent.objects.values_list("seen_at", flat=True).get(pk=cast.bob.pk)
    assert seen_at is not None and seen_at <= timezone.now() - GRACE, "the line that closed shows nobody"


@pytest.mark.usefixtures("live_loop")
async def test_a_sign_out_of_one_browser_is_seen_by_the_other_at_once_and_it_does_not_bring_back(cast: Cast) -> None:
    """The act is the agent's, not the browser's: the other desk stays open and offers to go online again."""
    cast.shop.status(cast.bob, "online")
    leaving = signed_in(cast.bob)
    async with desk_socket(cast.bob) as other:
        await other.hello(after={})
        await in_thread(leaving.post, "/sign-out/")
        told = await other.hear("agent.status")
        assert (told["agent"]["id"], told["agent"]["status"]) == (cast.bob.public_id, "offline")
        hub.request_digests(cast.shop.tenant.pk, [groups.agent_group(cast.shop.tenant.pk, cast.bob.pk)])
        await other.settle(cast.shop)
        digest = await other.hear("digest")
        assert digest["me"]["status"] == "offline"
        assert other.code is None
        answer = await other.ask("status.set", status="online")
        assert answer["me"]["status"] == "online"


def test_after_a_reset_password_nobody_is_given_to_an_agent_without_a_browser(cast: Cast) -> None:
    says(cast, "online")
    with cast.shop.within():
        reset_password(actor=cast.alice.actor(), agent=cast.bob.public_id, password="quite another one")
    assert now(cast) == ("offline", "")
    assert cast.shop.open(cast.carol).state == "queued"
    come(cast)
    assert now(cast) == ("online", "")


def role_of(cast: Cast, agent: Agent, role: str) -> None:
    """alice gives the agent another role."""
    with cast.shop.within():
        agent.refresh_from_db()
        values = AgentInput(agent.number, agent.nickname, role, groups={cast.shop.group.public_id: 50})
        change_agent(actor=cast.alice.actor(), agent=agent.public_id, version=agent.version, values=values)


def test_a_role_without_a_desk_gives_back_what_was_held(cast: Cast) -> None:
    place = cast.shop.held(cast.carol, cast.bob)
    role_of(cast, cast.bob, "site_owner")
    assert (cast.shop.fresh(place).state, now(cast)) == ("queued", ("offline", ""))
    with cast.shop.within():
        told = LoggedEvent.objects.get(name="conversation.queued", data__cause="agent_no_desk")
    assert told.data["agent_id"] == cast.bob.pk


def test_a_role_that_may_less_but_has_a_desk_signs_out_and_keeps(cast: Cast) -> None:
    sue = cast.shop.hire("1005", "Sue", role="supervisor", status="online")
    place = cast.shop.held(cast.carol, sue)
    role_of(cast, sue, "agent")
    assert cast.shop.fresh(place).agent_id == sue.pk
    with cast.shop.within():
        assert Agent.objects.get(pk=sue.pk).status == "offline"
