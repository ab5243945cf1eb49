"""What holds for every report that is declared, so that a new one needs tests only of what is its own."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import AuditEntry
from stats.reports.filters import PLACES
from stats.reports.registry import REPORTS
from stats.reports.report import Report
from tests.cast import Cast
from tests.sockets import signed_in
from tests.stats.histories import Stage
from tests.stats.reports.tables import table, totals

DAYS = {"from": "2026-03-29", "to": "2026-04-02", "lang": "en"}
pytestmark = pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)


@pytest.fixture
def manager(cast: Cast) -> Client:
    """Somebody who only reads numbers."""
    return signed_in(cast.shop.hire("1010", "anna", role="analyst"))


def get(client: Client, report: Report, **words: str) -> Any:
    """The report; `context` has what it shows."""
    answer = client.get(reverse(f"stats:{report.name}"), {**DAYS, **words})
    assert answer.status_code == 200
    return answer


def names(answer: Any) -> list[str]:
    """What the rows are about."""
    return [row["row"].name for row in answer.context["listing"].rows]


def labels(answer: Any) -> list[str]:
    """The metrics of its columns, as the page calls them."""
    with translation.override("en"):
        return [str(metric.label) for metric in answer.context["metrics"]]


def test_every_column_sorts_both_ways(report: Report, stage: Stage, manager: Client) -> None:
    everything = names(get(manager, report))
    assert len(everything) > 1
    for word, metric in report.columns.items():
        for order, falling in ((word, False), (f"-{word}", True)):
            answer = get(manager, report, sort=order)
            assert answer.context["listing"].order == order
            values = [row[metric.name] for row in answer.context["listing"].rows]
            known = [value for value in values if value is not None]
            assert known == sorted(known, reverse=falling)
            assert values[: len(known)] == known, "what has no value comes last"
            assert sorted(names(answer)) == sorted(everything)


def test_each_filter_narrows_and_what_is_gone_shows_nothing(report: Report, stage: Stage, manager: Client) -> None:
    whole = int(totals(get(manager, report))[0].text)
    chosen = {
        "channel": stage.channels[1].public_id,
        "account": stage.channels[1].service_account.public_id,
        "agent": stage.agents[1].public_id,
        "group": stage.company.group.public_id,
    }
    for word in PLACES:
        some, none = (get(manager, report, **{word: value}) for value in (chosen[word], "gone"))
        assert 0 < int(totals(some)[0].text) <= whole, word
        assert totals(none)[0].text == "0"
        assert "asks for something that is not there (any more)" in none.content.decode()
    for word in ("agent", "group"):
        metrics = get(manager, report, **{word: chosen[word]}).context["metrics"]
        assert [metric.name for metric in metrics if not metric.of_parts] == [], "of agents, their parts are counted"


def test_its_numbers_lead_to_conversations_and_it_says_what_they_mean(
    report: Report, stage: Stage, manager: Client
) -> None:
    answer = get(manager, report)
    for numbers in [totals(answer), *(numbers for _about, numbers in table(answer))]:
        assert manager.get(numbers[0].href).context["listing"].total == int(numbers[0].text)
    meanings = answer.content.decode().partition("report-definitions")[2]
    assert [label for label in labels(answer) if label not in meanings] == []


def test_its_file_has_the_rows_of_the_page_and_is_told_in_the_audit_log(
    report: Report, stage: Stage, manager: Client
) -> None:
    if not report.file_name:
        assert "arrow-down-tray" not in get(manager, report).content.decode()
        return
    page = get(manager, report, agent=stage.agents[0].public_id)
    words = {**DAYS, "agent": stage.agents[0].public_id}
    answer: Any = manager.post(reverse(f"stats:{report.name}_export", query=words))
    sheet, _notes = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets
    head, *rows, _total = sheet.iter_rows(values_only=True)
    assert [row[0] for row in rows] == names(page)
    assert list(head[-len(labels(page)) :]) == labels(page)
    with stage.company.within():
        entry = AuditEntry.objects.get(action="report.exported")
        assert (entry.after["report"], entry.after["agent"]) == (report.name, "bob (1001)")


def test_it_is_shown_to_who_reads_numbers_and_to_no_other_company(report: Report, stage: Stage, cast: Cast) -> None:
    assert (
        f'href="{reverse(f"stats:{report.name}")}" aria-current="page"'
        in get(signed_in(cast.alice), report).content.decode()
    )
    assert signed_in(cast.bob).get(reverse(f"stats:{report.name}")).status_code == 403
    stranger = signed_in(cast.other.hire("9", "oscar", role="owner"))
    for words in ({}, {"agent": stage.agents[0].public_id}):
        assert totals(get(stranger, report, **words))[0].text == "0"
