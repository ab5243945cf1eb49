"""docs/data-model.md: every table, and for each metric the SQL that gives what pages, exports and the registry say."""

import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Agent, Tenant
from core import clock
from stats.engine import measures
from stats.engine.measures import Sums
from stats.metrics.agents import WORKLOAD
from stats.metrics.metric import Metric, Unit
from stats.metrics.overview import OVERVIEW
from stats.metrics.registry import METRICS
from stats.reports import presentation
from stats.reports import queries as report_queries
from stats.reports.periods import Days
from stats.reports.queries import Selection
from tests.cast import Cast
from tests.house.sources import APPS, ROOT
from tests.sockets import signed_in
from tests.stats.histories import BEGIN, Stage
from tests.stats.metrics.page import written

PAGE = (ROOT / "docs" / "data-model.md").read_text()
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
BLOCKS = dict(re.findall(r"^#### `(\w+)`.*?```sql\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
TABLES = {model._meta.db_table: model for model in apps.get_models() if model._meta.app_label in APPS}
DAYS = Days(BEGIN.date() - timedelta(days=1), BEGIN.date() + timedelta(days=3))


def test_every_table_of_the_product_is_explained_and_no_other() -> None:
    assert set(SECTIONS) == set(TABLES)


@pytest.mark.parametrize("table", sorted(SECTIONS))
def test_the_columns_named_there_exist(table: str) -> None:
    text = SECTIONS[table]
    named = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    for listed in re.findall(r"^(?:And|Columns:) (`.*`)\.$", text, re.MULTILINE):
        named |= set(re.findall(r"`(\w+)`", listed))
    assert named
    assert named <= {field.column for field in TABLES[table]._meta.concrete_fields}


def test_every_metric_has_its_statement_there_as_the_registry_has_it() -> None:
    assert {name: f"{metric.sql};\n" for name, metric in METRICS.items()} == BLOCKS


def test_the_page_says_of_metrics_what_they_declare() -> None:
    assert written(PAGE) == PAGE, "python -m tests.stats.metrics.page writes it"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_metric_says_what_it_means(metric: Metric) -> None:
    section = re.search(rf"^#### `{metric.name}`(.*?)^```sql", PAGE, re.MULTILINE | re.DOTALL)
    assert section
    with translation.override("en"):
        for words in (metric.label, metric.help, metric.numerator, metric.denominator, metric.exclusions):
            assert str(words) in section[1]


# --- the statements, run ----------------------------------------------------------------------------------------------


def run(name: str, tenant: Tenant, days: Days = DAYS, also: str = "true") -> list[tuple[Any, ...]]:
    """What a block of the page gives, its places filled in as psql does."""
    statement = BLOCKS[name].replace("where c.tenant_id", f"where {also} and c.tenant_id")
    statement = statement.replace(":tenant", str(tenant.pk))
    statement = statement.replace(":'since'", f"'{days.since}'").replace(":'until'", f"'{days.until}'")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def of_all(name: str, tenant: Tenant, days: Days = DAYS, also: str = "true") -> float | None:
    """The one number of a statement about all conversations."""
    ((value,),) = run(name, tenant, days, also)
    return None if value is None else float(value)


def about(value: float | None) -> Any:
    """Equal but for the last digits of a division."""
    return None if value is None else pytest.approx(value, rel=1e-12)


def test_statements_about_all_conversations_give_what_the_registry_gives(stage: Stage) -> None:
    with stage.company.within():
        for days in (DAYS, Days(BEGIN.date(), BEGIN.date()), Days(date(2020, 1, 1), date(2020, 1, 2))):
            sums = report_queries.total(Selection(days))
            for metric in OVERVIEW:
                assert about(of_all(metric.name, stage.company.tenant, days)) == metric.value(sums), metric.name
        assert report_queries.total(Selection(DAYS)).conversations == 6


def test_statements_about_agents_give_what_the_registry_gives(stage: Stage) -> None:
    with stage.company.within():
        work = {
            each.agent.pk: each.sums for each in report_queries.by_agent(Selection(DAYS)) if each.sums.conversations
        }
        assert len(work) == 3
        for metric in WORKLOAD:
            found = {agent: None if value is None else float(value)
                     for agent, value in run(metric.name, stage.company.tenant)}  # fmt: skip
            assert {agent: about(value) for agent, value in found.items()} == {
                agent: metric.value(sums) for agent, sums in work.items()
            }, metric.name


def test_statements_narrowed_to_a_channel_give_the_same_too(stage: Stage) -> None:
    channel = stage.channels[1].pk
    with stage.company.within():
        for metric in OVERVIEW:
            statement = BLOCKS[metric.name].replace(
                "where c.tenant_id", f"where c.channel_id = {channel} and c.tenant_id"
            )
            original, BLOCKS[metric.name] = BLOCKS[metric.name], statement
            try:
                value = of_all(metric.name, stage.company.tenant)
            finally:
                BLOCKS[metric.name] = original
            assert about(value) == metric.value(report_queries.total(Selection(DAYS, channel=channel))), metric.name


def test_days_add_up_to_the_period_and_customers_do_not(stage: Stage) -> None:
    with stage.company.within():
        total, days = report_queries.total(Selection(DAYS)), report_queries.by_day(Selection(DAYS))
        for name in [measure.name for measure in measures.kept()]:
            assert sum(getattr(sums, name) for sums in days.values()) == getattr(total, name)
        assert total.customers == 3 < sum(sums.customers for sums in days.values())
        parts = report_queries.parts_total(Selection(DAYS))
        assert parts.conversations == total.human_conversations
        assert parts.first_response_ms == total.first_response_ms
        assert report_queries.total(Selection(DAYS, group=stage.company.group.pk)) == parts
        assert report_queries.total(Selection(DAYS, nothing=True)) == Sums()


# --- pages and exports ------------------------------------------------------------------------------------------------


def address(name: str, **extra: str) -> str:
    """A report of the days of the history."""
    words = {"from": str(DAYS.since), "to": str(DAYS.until), **extra}
    return f"{reverse(name)}?" + "&".join(f"{word}={value}" for word, value in words.items())


def tiles(client: Client, **extra: str) -> dict[str, str]:
    """Label → text of the overview's tiles."""
    text = client.get(address("stats:overview", lang="en", **extra)).content.decode()
    labels = [label.strip() for label in re.findall(r'<h3 class="tile-label">([^<]+)', text)]
    return dict(zip(labels, re.findall(r"<span data-value>([^<]*)</span>", text), strict=True))


def test_the_overview_shows_what_the_statements_give(stage: Stage, cast: Cast) -> None:
    shown = tiles(signed_in(cast.alice))
    with stage.company.within(), translation.override("en"):
        for metric in OVERVIEW:
            value = of_all(metric.name, stage.company.tenant)
            whole = int(value) if value is not None and metric.unit is Unit.COUNT else value
            assert shown[str(metric.label)] == presentation.text_of(whole, metric.unit)


def rows_of(client: Client, **extra: str) -> tuple[list[Any], list[Any], Any]:
    """The exported rows, the total, and the file."""
    answer = client.post(address("stats:workload_export", **extra))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    _head, *rows, total = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    return rows, total, book


def plain(value: Any) -> Any:
    """Durations as seconds."""
    return value.total_seconds() if isinstance(value, timedelta) else value


def test_page_and_export_of_the_workload_show_what_the_statements_give(stage: Stage, cast: Cast) -> None:
    client = signed_in(cast.alice)
    page = client.get(address("stats:workload", lang="en")).content.decode()
    rows, _total, _book = rows_of(client)
    with stage.company.within(), translation.override("en"):
        found = {metric.name: dict(run(metric.name, stage.company.tenant)) for metric in WORKLOAD}
        assert len(rows) == 3
        for agent in Agent.objects.filter(pk__in=found[WORKLOAD[0].name]):
            exported = next(row for row in rows if row[1] == agent.number)
            for metric, value in zip(WORKLOAD, exported[3:], strict=True):
                wanted = found[metric.name][agent.pk]
                if wanted is None:
                    assert value is None
                    continue
                assert plain(value) == pytest.approx(float(wanted), abs=0.5 if metric.unit is Unit.SECONDS else 1e-6)
                text = presentation.text_of(int(wanted) if metric.unit is Unit.COUNT else float(wanted), metric.unit)
                assert f'aria-label="{metric.label} {agent.nickname}: {text}"' in page


def test_the_clock_of_the_tests_does_not_matter(stage: Stage) -> None:
    """The statements ask the tenant's zone, not the session's."""
    with stage.company.within(), connection.cursor() as cursor:
        before = {metric.name: run(metric.name, stage.company.tenant) for metric in OVERVIEW}
        cursor.execute("set time zone 'America/New_York'")
        try:
            assert {metric.name: run(metric.name, stage.company.tenant) for metric in OVERVIEW} == before
        finally:
            cursor.execute("set time zone 'UTC'")
    assert clock.now()
