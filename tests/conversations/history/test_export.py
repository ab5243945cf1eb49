"""Conversations as an Excel file: whose, in which order, what it tells of them, and what is told of it."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agent, AuditEntry, Role
from accounts.permissions import Permission
from conversations.history import views
from conversations.history.subject import CONVERSATION
from conversations.lifecycle import ending, transferring
from conversations.models import Conversation
from core import clock
from core.console import listing
from tests.cast import Cast
from tests.sockets import signed_in

LIST, EXPORT = "/console/conversations/", "/console/conversations/export/"


def talk(cast: Cast, name: str, agent: Agent | None = None) -> Conversation:
    """A conversation of a new customer who asked something."""
    customer = cast.shop.welcome(name)
    made = cast.shop.held(customer, agent) if agent else cast.shop.open(customer)
    cast.shop.says(customer, made, "hello")
    return cast.shop.fresh(made)


def taken(client: Client, query: str = "") -> list[Any]:
    """Both sheets: rows of values."""
    answer: Any = client.post(EXPORT + query, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


@pytest.fixture
def boss(cast: Cast) -> Client:
    """alice's browser."""
    return signed_in(cast.alice)


def test_a_row_tells_what_is_stored_and_nothing_is_a_formula(cast: Cast, boss: Client) -> None:
    dave = cast.shop.hire("1002", "dave", status="busy")
    with clock.frozen_at(timezone.now() - timedelta(hours=1)):
        held = talk(cast, "=1+1", cast.bob)
    cast.shop.says(cast.bob, held, "good day")
    cast.shop.says(cast.bob, held, "only for us", note=True)
    with cast.shop.within():
        transferring.transfer(actor=cast.bob.actor(), conversation=held.public_id, to=dave.public_id)
        ending.end_by_agent(actor=dave.actor(), conversation=held.public_id)
    (head, row), _notes = taken(boss)
    told = dict(zip(head, row, strict=True))
    waited, lasted = told.pop("First answer"), told.pop("Duration")
    assert timedelta(hours=1) <= waited <= lasted < timedelta(hours=1, minutes=5)
    assert waited.microseconds == 0
    assert told.pop("Ended at") - told.pop("Opened") >= timedelta(hours=1)
    assert told == {
        "Conversation ID": held.public_id,
        "Customer": "=1+1",
        "Channel": "官网",
        "Service account": cast.shop.account.name,
        "Agent groups": cast.shop.group.name,
        "Agents": "bob → dave",
        "First answer by": "bob",
        "Messages": 3,
        "State": "Ended",
        "How it ended": "Agent",
    }


def test_the_file_has_the_list_of_its_reader_in_its_order_and_no_other_rows(
    cast: Cast, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "CHUNK", 2)
    for number in range(5):
        talk(cast, f"customer {number}", cast.bob if number % 2 else None)
    for sort in ("", "?sort=-customer", "?sort=first_response"):
        shown = [row.customer.name for row in boss.get(LIST + sort).context["listing"].page]
        assert [row[1] for row in taken(boss, sort)[0][1:]] == shown
    with cast.shop.within():
        role = Role.objects.get(code="agent")
        role.permissions.append(Permission.EXPORT)
        role.save(update_fields=["permissions"])
    assert sorted(row[1] for row in taken(signed_in(cast.bob))[0][1:]) == ["customer 1", "customer 3"]
    stranger = signed_in(cast.other.hire("9", "oscar", role="owner"))
    assert len(taken(stranger)[0]) == 1


def test_who_may_not_export_gets_neither_button_nor_file(cast: Cast, boss: Client) -> None:
    talk(cast, "mine", cast.bob)
    bob = signed_in(cast.bob)
    assert EXPORT in boss.get(LIST).content.decode()
    assert EXPORT not in bob.get(LIST).content.decode()
    assert bob.post(EXPORT).status_code == 403
    assert boss.get(EXPORT).status_code == 405


def test_days_that_nobody_named_are_told_as_well(cast: Cast, boss: Client) -> None:
    """A file without a filter has the last 30 days: its second sheet and the audit log say so."""
    talk(cast, "mine", cast.bob)
    _rows, notes = taken(boss, "?state=active")
    told = dict(row[:2] for row in notes if row[1])
    since, until = (told[label].date() for label in ("From", "To"))
    assert (until - since).days == 29
    assert (told["State"], told["Channel"]) == ("Active", "All")
    with cast.shop.within():
        entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.object_kind) == ("conversation.exported", "conversation")
    assert entry.after == {"rows": 1, "filter": {"From": str(since), "To": str(until), "State": "Active"}}
    page = boss.get("/console/audit/?action=conversation.exported", headers={"Accept-Language": "en"}).content.decode()
    assert "History exported" in page


def test_more_than_a_reader_should_wait_for_is_refused_in_words(
    cast: Cast, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second"):
        talk(cast, name)
    monkeypatch.setattr(views, "CONVERSATION", replace(CONVERSATION, max_exported=1))
    query = "?sort=opened"
    answer = boss.post(EXPORT + query)
    assert (answer.status_code, answer["Location"]) == (303, LIST + query)
    text = boss.get(LIST + query, headers={"Accept-Language": "en"}).content.decode()
    assert "A file holds at most 1 rows of this list." in text or "此列表一次最多导出 1 行" in text
    with cast.shop.within():
        assert not AuditEntry.objects.filter(action="conversation.exported").exists()


def test_a_file_of_many_asks_as_often_as_one_of_few(cast: Cast, boss: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            taken(boss)
        return len(seen)

    talk(cast, "first", cast.bob)
    asked()
    few = asked()
    for number in range(8):
        talk(cast, f"customer {number}")
    assert asked() == few
