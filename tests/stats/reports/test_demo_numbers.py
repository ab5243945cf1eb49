"""The demo's past, counted: tables of numbers, statements of the page, overview and export agree on it."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Agent, Tenant
from accounts.tenants.queries import zone_of_tenant
from core.days import today as today_in
from core.tenancy.scope import tenant_scope, unscoped
from stats.metrics.agents import WORKLOAD
from stats.metrics.metric import Unit
from stats.metrics.overview import OVERVIEW
from stats.reports import presentation
from stats.reports.periods import Days
from stats.reports.queries import Selection, by_agent, total
from tests.sockets import signed_in
from tests.stats.histories import assert_numbers_are_true
from tests.stats.metrics.test_data_model_page import about, of_all, run

PAST = 4


@pytest.fixture
def shop(house: None) -> Tenant:
    """The demo's shop with a few days behind it."""
    call_command("seed_demo", days=str(PAST), verbosity=0)
    with unscoped(reason="the test looks for the demo"):
        return Tenant.objects.get(code="8001")


def test_everything_that_shows_numbers_agrees_on_the_demo(shop: Tenant) -> None:
    with tenant_scope(shop.pk):
        today = today_in(zone_of_tenant())
        days = Days(today - timedelta(days=PAST + 1), today)
        assert_numbers_are_true(shop.time_zone)
        sums, work = total(Selection(days)), by_agent(Selection(days))
        assert sums.conversations > 10
        statements = {metric.name: of_all(metric.name, shop, days) for metric in OVERVIEW}
        for metric in OVERVIEW:
            assert about(statements[metric.name]) == metric.value(sums), metric.name
        for metric in WORKLOAD:
            found = {agent: value if value is None else float(value) for agent, value in run(metric.name, shop, days)}
            assert {agent: about(value) for agent, value in found.items()} == {
                each.agent.pk: metric.value(each.sums) for each in work if each.sums.conversations
            }, metric.name
        owner = Agent.objects.select_related("role").get(number="1000")
    client, words = signed_in(owner), {"from": str(days.since), "to": str(days.until)}
    page = client.get(reverse("stats:overview"), words)
    for tile, metric in zip(page.context["tiles"], OVERVIEW, strict=True):
        value = statements[metric.name]
        assert value is not None
        assert tile.text == presentation.text_of(int(value) if metric.unit is Unit.COUNT else value, metric.unit)
    export = client.post(reverse("stats:workload_export", query=words))
    sheet = openpyxl.load_workbook(io.BytesIO(export.getvalue())).worksheets[0]
    assert {row[0]: row[3] for row in list(sheet.iter_rows(values_only=True))[1:-1]} == {
        each.agent.nickname: each.sums.conversations for each in work
    }
