"""What takes too long is given up and told; nobody meets a broken page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.console import timeouts
from core.statements import fetch
from stats.reports import queries as report_queries
from tests.cast import Cast
from tests.sockets import signed_in

OVERVIEW = "stats:overview"


def asked(statement: str) -> Any:
    """The one value of a statement, if it has one."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Iterator[Client]:
    """Somebody whose overview would take a minute, where a tenth of a second is all there is."""
    monkeypatch.setattr(report_queries, "by_day", lambda selection: asked("select 1 from pg_sleep(60)"))
    client = signed_in(cast.alice)
    asked("set statement_timeout = '100ms'")
    yield client
    asked(f"set statement_timeout = '{settings.DATABASES['default']['STATEMENT_SECONDS']}s'")


def test_connections_of_pages_have_a_bound_and_keep_it_in_the_pool(house: None) -> None:
    for _ in range(2):
        assert asked("show statement_timeout") == "15s"
        connection.close()


@pytest.mark.usefixtures("live_loop")
async def test_the_live_paths_own_connections_have_none(cast: Cast) -> None:
    (row,) = await fetch(cast.shop.tenant.pk, "select current_setting('statement_timeout') as bound", {})
    assert row["bound"] == "0"


def test_a_page_that_takes_too_long_says_what_to_narrow(slow: Client) -> None:
    answer = slow.get(reverse(OVERVIEW), {"lang": "en", "period": "30"})
    assert answer.status_code == 503
    text = answer.content.decode()
    assert "This takes too long." in text
    assert "Choose fewer days or narrow the filter" in text
    assert f'href="{reverse(OVERVIEW)}"' in text


def test_a_list_that_takes_too_long_stays_and_a_toast_says_why(slow: Client) -> None:
    answer = slow.get(reverse(OVERVIEW), {"lang": "en"}, headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer.content == b""
    toast = json.loads(answer["HX-Trigger"])["kefu:toast"]
    assert toast == {
        "text": "This takes too long. Choose fewer days or narrow the filter, then try again.",
        "level": "bad",
    }


def test_a_script_may_repeat_it_and_a_form_was_not_saved(rf: Any) -> None:
    answer = json.loads(timeouts.too_slow(rf.get("/api/anything")).content)
    assert (answer["code"], answer["retry"]) == ("busy", True)
    assert "保存" in timeouts.advice(rf.post("/console/"))


def test_other_failures_are_not_taken_for_slowness(rf: Any) -> None:
    door = timeouts.TooSlow(lambda request: None)
    assert door.process_exception(rf.get("/"), ValueError()) is None
