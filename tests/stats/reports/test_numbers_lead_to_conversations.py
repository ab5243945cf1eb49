"""Every number of the reports leads to the conversations that it counted, whatever the report is narrowed to."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Agent, Group, Membership
from channels_app.models import ServingGroup
from conversations.history.subject import CONVERSATION
from core.console.listing import Listing
from core.console.subject import listing_of
from stats.engine import counting
from stats.engine.measures import Sums
from stats.metrics.agents import AGENT_FIRST_RESPONSE, AGENT_HANDOVER_RESPONSE, WORKLOAD
from stats.metrics.metric import Metric
from stats.metrics.overview import AVERAGE_FIRST_RESPONSE, HUMAN_CONVERSATIONS, HUMAN_RATE
from stats.reports import queries as report_queries
from tests.cast import Cast
from tests.sockets import signed_in
from tests.stats.histories import FULL, Stage, stage_of
from tests.stats.reports.tables import table, totals

DAYS = {"from": "2026-03-29", "to": "2026-04-02"}


def behind_numbers(sums: Sums, measures: Sequence[Metric]) -> dict[str, int]:
    """For each metric how many conversations its link must show."""
    averaged = (AVERAGE_FIRST_RESPONSE, AGENT_FIRST_RESPONSE)
    handed = (AGENT_HANDOVER_RESPONSE,)
    held = (HUMAN_CONVERSATIONS, HUMAN_RATE)
    return {
        metric.name: sums.first_responses
        if metric in averaged
        else sums.handover_responses
        if metric in handed
        else (sums.human_conversations if metric in held else sums.conversations)
        for metric in measures
    }


class History:
    """What the history lists at an address that a report links to: the view's own list, without drawing its page."""

    def __init__(self, reader: Agent) -> None:
        self.reader = reader
        self.known: dict[str, Listing[Any]] = {}

    def at(self, address: str) -> Listing[Any]:
        """Asked for once: many numbers lead to the same conversations."""
        if address not in self.known:
            request: Any = RequestFactory().get(address)
            request.user = self.reader
            self.known[address] = listing_of(CONVERSATION, request)
        return self.known[address]

    def shows(self, numbers: Sequence[Any], wanted: dict[str, int]) -> None:
        """Exactly as many conversations as were counted; and every word of the address is known."""
        for number, (name, count) in zip(numbers, wanted.items(), strict=True):
            listing = self.at(number.href)
            several_parts = name == AGENT_HANDOVER_RESPONSE.name and 0 < listing.total < count
            assert listing.total == count or several_parts, (name, number.href)
            assert not listing.form.errors
            given = dict(parse_qsl(urlsplit(number.href).query))
            assert {word: listing.form.value(word) for word in given.keys() - {"from", "to"}} == {
                word: value for word, value in given.items() if word not in ("from", "to")
            }


FILTERS: list[set[str]] = [
    set(),
    {"channel"},
    {"account"},
    {"agent"},
    {"group"},
    {"agent", "group"},
    {"channel", "agent"},
    {"channel", "account", "group"},
    {"channel", "account", "agent", "group"},
]


RANGES = (DAYS, {"from": "2026-03-31", "to": "2026-03-31"})


def group_before(stage: Stage, agents: Sequence[Agent]) -> Group:
    """A group that comes before the others, with these agents, that serves everything."""
    with stage.company.within():
        group = Group.objects.create(name="小组", sort=10)
        Membership.objects.bulk_create(
            Membership(tenant=stage.company.tenant, agent=agent, group=group) for agent in agents
        )
        for channel in stage.channels:
            ServingGroup.objects.create(service_account=channel.service_account, group=group)
    return group


def test_every_number_of_every_filter_leads_to_as_many_conversations(cast: Cast) -> None:
    """Two agents of three work through the group; a conversation that one took over was answered by either.

    That the links work in the pages: `test_pages.py`.
    """
    stage = stage_of(cast)
    few = group_before(stage, stage.agents[1:])
    for _ in range(2):
        stage.play(FULL, lambda: None)
        stage.now += timedelta(hours=3)
    reader = cast.shop.hire("1010", "anna", role="analyst")
    client, shop = signed_in(reader), stage.company
    with shop.within():
        counting.count_events()
        history = History(Agent.objects.select_related("role", "tenant").get(pk=reader.pk))
    possible = {
        "channel": stage.channels[0].public_id,
        "account": stage.channels[0].service_account.public_id,
        "agent": stage.agents[1].public_id,
        "group": few.public_id,
    }
    for words, days in product(FILTERS, RANGES):
        chosen = {**days, **{word: possible[word] for word in words}}
        pages = [client.get(reverse(name), chosen) for name in ("stats:overview", "stats:workload")]
        with shop.within():
            parts = assert_each_number_leads_to(history, *pages)
        if words == {"group"} and days is DAYS:
            assert 0 < parts.first_responses < parts.conversations, "the filters must differ"


def assert_each_number_leads_to(history: History, overview: Any, workload: Any) -> Sums:
    """Tiles, days, agents and totals of both pages; returns the sums of all parts."""
    selection, measures = overview.context["listing"].form.selection, overview.context["metrics"]
    by_day, parts = report_queries.by_day(selection), report_queries.parts_total(selection)
    work = {each.agent.pk: each.sums for each in report_queries.by_agent(selection)}
    history.shows(overview.context["tiles"], behind_numbers(report_queries.total(selection), measures))
    for day, numbers in table(overview):
        history.shows(numbers, behind_numbers(by_day.get(day, Sums()), measures))
    assert len(table(workload)) == len(work)
    for agent, numbers in table(workload):
        history.shows(numbers, behind_numbers(work[agent.pk], WORKLOAD))
    history.shows(totals(workload), behind_numbers(parts, WORKLOAD))
    return parts
