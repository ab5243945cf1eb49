"""A group's numbers are of the conversations that were given through it: whoever leaves later changes nothing."""

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.agents import memberships
from accounts.agents.actions import delete_agent
from accounts.groups.actions import delete_group
from accounts.models import Agent, Group, Membership, Status
from accounts.settings.actions import set_override
from accounts.settings.places import group_place
from channels_app.models import ServingGroup
from conversations.lifecycle import transferring
from conversations.messages import recalling
from conversations.models import Conversation, Participation
from core import clock
from core.actors import SYSTEM
from routing.dispatch.actions import dispatch
from stats.engine import counting
from stats.engine.measures import Sums
from stats.models import AgentFact
from stats.reports.periods import Days
from stats.reports.queries import Selection, by_agent, total
from tests.cast import Cast, Company
from tests.stats.histories import assert_numbers_are_true

NOON = datetime(2026, 3, 31, 4, tzinfo=UTC)  # a Tuesday in Shanghai
DAYS = Days(NOON.date(), NOON.date())
NEVER_TODAY = {"always": False, "zone": "", "intervals": [{"days": [5], "opens": "09:00", "closes": "10:00"}]}
migration = importlib.import_module("conversations.migrations.0005_groups_are_kept_and_answers_answer")


def group_of(company: Company, name: str, sort: int, *agents: Agent) -> Group:
    """A group with these agents that serves the company's service account."""
    group = Group.objects.create(name=name, sort=sort)
    for agent in agents:
        Membership.objects.create(agent=agent, group=group)
    ServingGroup.objects.create(service_account=company.account, group=group)
    return group


def groups_of(conversation: Conversation) -> list[str | None]:
    """Through which groups it was given, in the order of time."""
    parts = Participation.objects.filter(conversation=conversation).order_by("began_at")
    return list(parts.values_list("group__name", flat=True))


def sums_of(group: Group) -> Sums:
    """What the reports say of a group."""
    counting.count_events()
    return total(Selection(DAYS, group=group.pk))


def test_a_conversation_is_given_through_the_first_group_that_is_open(cast: Cast) -> None:
    shop = cast.shop
    with shop.within(), clock.frozen_at(NOON):
        closed, night = group_of(shop, "早班", 9, cast.bob), group_of(shop, "晚班", 5, cast.bob)
        set_override(actor=SYSTEM, place=group_place(closed), setting="hours", value=NEVER_TODAY)
        shop.status(cast.bob, Status.ONLINE)
        by_rule = shop.open(cast.carol)
        dispatch(service_account_id=shop.account.pk)
        assert groups_of(by_rule) == [night.name]
        shop.status(cast.bob, Status.BUSY)
        by_hand = shop.held(shop.welcome("cora"), cast.bob)
        assert groups_of(by_hand) == [closed.name], "by hand: the first that serves the service account"


def test_whoever_is_in_no_group_that_serves_it_counts_in_none(cast: Cast) -> None:
    shop = cast.shop
    with shop.within(), clock.frozen_at(NOON):
        talk = shop.held(cast.carol, cast.bob)
        dave = shop.hire("1002", "dave", status="online")
        Membership.objects.filter(agent=dave).delete()
        transferring.transfer(actor=cast.bob.actor(), conversation=talk.public_id, to=dave.public_id)
        assert groups_of(talk) == [shop.group.name, None]


@pytest.mark.parametrize("leaving", ["deleted", "taken out"])
def test_nobodys_leaving_changes_the_past(cast: Cast, leaving: str) -> None:
    shop = cast.shop
    dave = shop.hire("1002", "dave")
    with shop.within():
        sales = group_of(shop, "售前", 9, dave)
        with clock.frozen_at(NOON):
            for name in ("carla", "cora"):
                customer = shop.welcome(name)
                talk = shop.held(customer, dave)
                shop.says(customer, talk, "hello?")
                shop.says(dave, talk, "hello!")
        before, rest = sums_of(sales), sums_of(shop.group)
        assert (before.conversations, before.answered_conversations, rest.conversations) == (2, 2, 0)
        if leaving == "deleted":
            delete_agent(actor=cast.alice.actor(), agent=dave.public_id)
        else:
            memberships.remove_members(actor=cast.alice.actor(), group=sales.public_id, agents=[dave.public_id])
        assert sums_of(sales) == before
        shown = by_agent(Selection(DAYS, group=sales.pk))
        assert [(each.agent.pk, each.sums.conversations) for each in shown] == [(dave.pk, 2)]
        counting.rebuild_tenant()
        assert sums_of(sales) == before


def test_what_was_given_before_gets_its_group_as_well_as_it_is_known(cast: Cast) -> None:
    shop = cast.shop
    dave, erin = shop.hire("1002", "dave"), shop.hire("1003", "erin")
    with shop.within(), clock.frozen_at(NOON):
        sales = group_of(shop, "售前", 9, dave, erin)
        held = {agent: shop.held(shop.welcome(agent.nickname), agent) for agent in (cast.bob, dave, erin)}
        delete_agent(actor=cast.alice.actor(), agent=dave.public_id)
        memberships.remove_members(actor=cast.alice.actor(), group=sales.public_id, agents=[erin.public_id])
        Participation.objects.update(group=None)
        with connection.cursor() as cursor:
            cursor.execute(migration.FILL_GROUPS)
        assert groups_of(held[cast.bob]) == [shop.group.name]
        assert groups_of(held[dave]) == [sales.name], "the audit log says it"
        assert groups_of(held[erin]) == [shop.group.name], "who was taken out: a group of today"


def test_a_group_that_is_deleted_takes_no_numbers_along(cast: Cast) -> None:
    shop = cast.shop
    with shop.within():
        sales = group_of(shop, "售前", 9, cast.bob)
        with clock.frozen_at(NOON):
            talk = shop.held(cast.carol, cast.bob)
            shop.says(cast.carol, talk, "hello?")
        counting.count_events()
        before = total(Selection(DAYS))
        delete_group(actor=cast.alice.actor(), group=sales.public_id)
        assert total(Selection(DAYS)) == before
        assert AgentFact.objects.get().group_id == sales.pk
        counting.rebuild_tenant()
        assert_numbers_are_true()


def test_an_answer_answers_a_question_and_who_takes_over_is_measured_from_then_on(cast: Cast) -> None:
    shop = cast.shop
    dave = shop.hire("1002", "dave", status="busy")
    with shop.within():
        with clock.frozen_at(NOON):
            talk = shop.held(cast.carol, cast.bob)
            shop.says(cast.bob, talk, "may I help you?")
        with clock.frozen_at(NOON + timedelta(minutes=5)):
            shop.says(cast.carol, talk, "yes, please")
        assert shop.fresh(talk).first_response_at is None, "the greeting answered nothing"
        with clock.frozen_at(NOON + timedelta(minutes=15)):
            transferring.transfer(actor=cast.bob.actor(), conversation=talk.public_id, to=dave.public_id)
        with clock.frozen_at(NOON + timedelta(minutes=16)):
            shop.says(dave, talk, "here you are")
            last = shop.fresh(talk).last_seq
            recalling.recall(actor=dave.actor(), conversation=talk.public_id, n=last)
        counting.count_events()
        assert_numbers_are_true()
        work = {each.agent.nickname: each.sums for each in by_agent(Selection(DAYS))}
        assert (work["dave"].first_response_ms, work["dave"].handover_response_ms) == (11 * 60_000, 60_000)
        assert (work["bob"].first_responses, work["bob"].handover_responses) == (0, 0)
        assert work["dave"].answered_conversations == 1, "a recalled message was written"
