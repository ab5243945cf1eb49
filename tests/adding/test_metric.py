"""docs/adding.md, "A metric": what the page shows is counted, rebuilt, checked by SQL and shown."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from stats.engine import counting, measures
from stats.metrics.metric import Metric
from stats.metrics.overview import OVERVIEW
from stats.metrics.registry import METRICS
from stats.models import DayRollup
from stats.reports import overview, workload
from stats.reports import queries as report_queries
from stats.reports.queries import Selection
from stats.reports.report import by_name
from tests.adding.reports import register_reports
from tests.examples import changed, run, run_changed
from tests.house.sources import ROOT
from tests.sockets import signed_in
from tests.stats.engine.test_counting import everything
from tests.stats.histories import FULL, Told, told
from tests.stats.metrics import test_data_model_page as page
from tests.stats.metrics.test_data_model_page import DAYS, about, address, of_all, tiles
from tests.stats.reports.tables import table

SECTION = "A metric"
FILES = ("stats/engine/measures.py", "stats/metrics/overview.py", "stats/migrations/0008_who_was_transferred.py")


@pytest.fixture
def happened(house: None) -> Told:
    """A history, counted before anybody thought of the new metrics."""
    return told(tuple(FULL), 2).copy()


@pytest.fixture
def added(happened: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Metric]]:
    """The blocks of the page, as if the files were so, and migrated; the metrics that they add."""
    for file in FILES:
        name = file.removesuffix(".py").replace("/", ".")
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    migration = run(SECTION, FILES[2]).Migration("0008_who_was_transferred", "stats")
    counted = run_changed(SECTION, FILES[0])
    for name in ("TRANSFERRED_CONVERSATIONS", "MEASURES"):
        monkeypatch.setattr(measures, name, getattr(counted, name), raising=False)
    now: list[Metric] = run_changed(SECTION, FILES[1]).OVERVIEW
    new = [metric for metric in now if metric.name not in METRICS]
    for metric in new:
        monkeypatch.setitem(page.BLOCKS, metric.name, metric.sql)
    state = migrated(migration)
    fields = new_fields()
    for (model, name), field in fields.items():
        assert field.deconstruct()[1:] == state.models["stats", model].fields[name].deconstruct()[1:]
        field.contribute_to_class(apps.get_model("stats", model), name)
    yield new
    for (model, name), field in fields.items():
        forget(apps.get_model("stats", model), name, field)
    taken_back(migration)


def state_before() -> ProjectState:
    """Everything that is migrated."""
    return MigrationLoader(connection).project_state()


def migrated(migration: Migration) -> ProjectState:
    """The tables with the columns of the migration."""
    with connection.schema_editor() as editor:
        return migration.apply(state_before(), editor)


def taken_back(migration: Migration) -> None:
    """The tables as they were."""
    with connection.schema_editor() as editor:
        migration.unapply(state_before(), editor)


def columns_in(source: str) -> dict[tuple[str, str], str]:
    """Model and name → how a column is declared, in the text of `stats/models.py`."""
    return {
        (model.name.lower(), each.targets[0].id): ast.unparse(each.value)
        for model in ast.parse(source).body
        if isinstance(model, ast.ClassDef)
        for each in model.body
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    }


def new_fields() -> dict[tuple[str, str], "models.Field[Any, Any]"]:
    """The columns that the page adds to the models."""
    there = columns_in((ROOT / "stats/models.py").read_text())
    now = columns_in(changed(SECTION, "stats/models.py"))
    assert now.keys() > there.keys()
    return {place: eval(now[place], {"models": models}) for place in now.keys() - there.keys()}


def forget(model: type[models.Model], name: str, field: "models.Field[Any, Any]") -> None:
    """The model without the column."""
    model._meta.local_fields.remove(field)
    delattr(model, name)
    model._meta._expire_cache()  # type: ignore[attr-defined]


def test_the_metrics_are_counted_anew_and_agree_with_their_statements(happened: Told, added: list[Metric]) -> None:
    assert [metric.name for metric in added] == ["answer_rate", "transfer_rate"]
    company = happened.stage.company
    with company.within():
        assert report_queries.total(Selection(DAYS)).transferred_conversations == 0
        assert counting.count_events() == 6, "the migration asks for every conversation"
        sums = report_queries.total(Selection(DAYS))
        assert 0 < sums.transferred_conversations < sums.human_conversations
        for metric in added:
            assert about(of_all(metric.name, company.tenant)) == metric.value(sums), metric.name
        assert sum(DayRollup.objects.values_list(measures.kept()[-1].name, flat=True)) == 2
        incremental = everything()
        counting.rebuild_tenant()
        assert everything() == incremental


def test_the_overview_shows_them(
    happened: Told, added: list[Metric], monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    with happened.stage.company.within():
        counting.count_events()
    shown = replace(overview.REPORT, columns=by_name(*OVERVIEW, *added))
    register_reports((shown, workload.REPORT), monkeypatch, settings)
    client = signed_in(happened.cast.alice)
    texts = tiles(client)
    assert (texts["Answer rate"], texts["Transfer rate"]) == ("75.0%", "50.0%")
    answer = client.get(address("stats:overview", sort="-transfer_rate", lang="en"))
    assert [numbers[-1].text for _day, numbers in table(answer)][:2] == ["100.0%", "33.3%"]
    assert "the share that several agents held" in answer.content.decode()
