"""docs/adding.md, "A list with new, edit and delete": what the page shows is driven like every subject."""

import ast
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import include, path

from accounts.audit import kinds
from accounts.audit.subjects import kinds_of
from channels_app import models
from core.console import subject as registry
from core.console.subject import Subject
from kefu import urls
from kefu.console.navigation import items
from tests.cast import Cast
from tests.examples import changed, run, run_changed, sections
from tests.house import test_subjects as conformance
from tests.sockets import signed_in
from tests.subjects import SAMPLES

SECTION = "A list with new, edit and delete"
CHECKS: list[Callable[..., None]] = [
    conformance.test_a_list_asks_as_often_for_200_rows_as_for_20,
    conformance.test_each_column_sorts_both_ways,
    conformance.test_htmx_gets_the_rows_alone,
    conformance.test_a_card_has_a_line_for_each_value_that_the_head_names,
    conformance.test_what_is_wrong_is_told_beside_its_field_and_nothing_is_kept,
    conformance.test_one_is_added_changed_and_deleted_and_each_act_is_recorded,
    conformance.test_the_excel_file_has_the_columns_and_the_rows,
]


@pytest.fixture
def boss(cast: Cast) -> Client:
    """Alice's browser, in English."""
    client = signed_in(cast.alice)
    client.cookies["kefu_language"] = "en"
    return client


@pytest.fixture
def replies(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Iterator[Subject]:
    """The blocks of the page, as if the files were so, and migrated."""
    for block in sections()[SECTION]:
        name = block.file.removesuffix(".py").replace("/", ".")
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    monkeypatch.setattr(registry, "_subjects", dict(registry._subjects))
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    model = run(SECTION, "channels_app/models/quick_replies.py").QuickReply
    monkeypatch.setattr(models, "QuickReply", model, raising=False)
    migration = run(SECTION, "channels_app/migrations/0005_quick_replies.py").Migration("0005", "channels_app")
    with connection.schema_editor() as editor:
        state = migration.apply(MigrationLoader(connection).project_state(), editor)
    for field in model._meta.fields:
        fields = state.models["channels_app", "quickreply"].fields
        assert field.deconstruct()[1:] == fields[field.name].deconstruct()[1:], field.name
    package = ModuleType("channels_app.quick_replies")
    package.__path__ = []
    monkeypatch.setitem(sys.modules, package.__name__, package)
    subject: Subject = run(SECTION, "channels_app/quick_replies/subject.py").QUICK_REPLY
    kinds.register(*kinds_of(subject))
    for part in ("actions", "forms", "views"):
        run(SECTION, f"channels_app/quick_replies/{part}.py")
    routes = run_changed(SECTION, "channels_app/urls.py").urlpatterns
    monkeypatch.setattr(urls, "urlpatterns", [path("", include((routes, "channels"))), *urls.urlpatterns])
    settings.ROOT_URLCONF = urls.__name__  # read anew
    monkeypatch.setitem(SAMPLES, subject.kind, run_changed(SECTION, "tests/subjects.py").SAMPLES[subject.kind])
    yield subject
    with connection.schema_editor() as editor:
        editor.delete_model(model)
    apps.all_models["channels_app"].pop("quickreply")
    apps.clear_cache()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("test_"))
def test_the_example_is_driven_as_every_subject(
    cast: Cast, boss: Client, replies: Subject, check: Callable[..., None]
) -> None:
    check(cast, boss, replies)


def test_the_example_stands_in_the_navigation_and_lets_in_whom_it_says(cast: Cast, replies: Subject) -> None:
    assert [item.name for item in items() if item.section == "channels"][-1] == "channels:quick_replies"
    conformance.test_who_is_not_let_in_gets_none_of_it(cast, replies)


def test_the_models_are_one_more(replies: Subject) -> None:
    assert "QuickReply" in ast.unparse(ast.parse(changed(SECTION, "channels_app/models/__init__.py")))
    assert replies.objects is not None
