"""docs/adding.md, "A report": what the page shows is a page of the console, and an Excel file."""

import io
import sys
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from tests.adding.reports import register_reports
from tests.examples import run, run_changed
from tests.sockets import signed_in
from tests.stats.histories import FULL, Told, told
from tests.stats.reports.tables import table, totals

SECTION = "A report"
DAYS = {"from": "2026-03-29", "to": "2026-04-02", "lang": "en"}
ADDRESS = "/console/reports/channels/"


@pytest.fixture
def happened(house: None) -> Told:
    """A history on two channels, counted."""
    return told(tuple(FULL), 2).copy()


@pytest.fixture
def manager(happened: Told, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Client:
    """Somebody who reads numbers, where the blocks of the page stand in their files."""
    for name in ("stats.reports.channels", "stats.reports.registry"):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    run(SECTION, "stats/reports/channels.py")
    register_reports(run_changed(SECTION, "stats/reports/registry.py").REPORTS, monkeypatch, settings)
    return signed_in(happened.cast.shop.hire("1010", "anna", role="analyst"))


def get(client: Client, **words: str) -> Any:
    """The report."""
    answer = client.get(ADDRESS, {**DAYS, **words})
    assert answer.status_code == 200
    return answer


def names(answer: Any) -> list[str]:
    """What the rows are about."""
    return [name for name, _numbers in table(answer)]


def test_the_page_sorts_and_narrows_and_its_numbers_lead_to_conversations(happened: Told, manager: Client) -> None:
    page = get(manager)
    assert len(names(page)) == 2
    assert names(get(manager, sort="-name")) == names(page)[::-1]
    for name, numbers in table(page):
        assert manager.get(numbers[0].href).context["listing"].total == int(numbers[0].text), name
        assert f'aria-label="Conversations {name}: {numbers[0].text}"' in page.content.decode()
    counts = [int(numbers[0].text) for _name, numbers in table(get(manager, sort="conversations"))]
    assert counts == sorted(counts)
    assert sum(counts) == int(totals(page)[0].text) == 6
    one = get(manager, channel=happened.stage.channels[1].public_id)
    assert names(one) == [happened.stage.channels[1].name]
    agent = get(manager, agent=happened.stage.agents[0].public_id)
    assert [metric.name for metric in agent.context["metrics"]][-1] == "agent_first_response"
    item = f'href="{ADDRESS}" aria-current="page" title="Conversations by channel"'
    assert item in page.content.decode()
    assert "No conversations in this period" in manager.get(ADDRESS, {"lang": "en"}).content.decode()


def test_a_fragment_brings_the_way_to_the_file_along(manager: Client) -> None:
    text = manager.get(ADDRESS, DAYS, headers={"HX-Request": "true"}).content.decode()
    assert 'id="export" hx-swap-oob="true"' in text
    assert reverse("stats:channels_export") in text


def test_the_file_has_the_rows_of_the_page_and_is_told_in_the_audit_log(happened: Told, manager: Client) -> None:
    page = get(manager, sort="-conversations")
    answer: Any = manager.post(reverse("stats:channels_export", query={**DAYS, "sort": "-conversations"}))
    assert unquote(answer["Content-Disposition"]).startswith("attachment; filename*=utf-8''渠道报表_")
    sheet, notes = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets
    head, *rows, total = sheet.iter_rows(values_only=True)
    assert head == ("Channel", "Conversations", "Customers", "Agent-handled rate", "Average first response")
    assert [row[0] for row in rows] == names(page)
    assert [str(row[1]) for row in (*rows, total)] == [
        *(numbers[0].text for _name, numbers in table(page)),
        totals(page)[0].text,
    ]
    assert "Agent-handled conversations divided by conversations." in {row[1].value for row in notes.iter_rows()}
    with happened.stage.company.within():
        assert AuditEntry.objects.get(action="report.exported").after["report"] == "channels"
    log = signed_in(happened.cast.alice).get(reverse("accounts:audit"), {"lang": "en"}).content.decode()
    assert "Conversations by channel" in log


def test_only_who_reads_numbers_gets_in(happened: Told, manager: Client) -> None:
    for name in ("stats:channels", "stats:channels_export"):
        assert signed_in(happened.cast.bob).get(reverse(name)).status_code == 403
        assert Client().get(reverse(name)).status_code == 302
