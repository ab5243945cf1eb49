"""Messages from before they had content: none is written anew, and each is shown as it was."""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from django.template.loader import render_to_string
from django.utils import timezone

from conversations.timeline.entries import entries
from conversations.timeline.queries import MESSAGES
from conversations.timeline.wire import message_object
from core.tenancy.scope import tenant_scope, unscoped

BEFORE = [("conversations", "0009_how_it_ended")]
PLACE = "select relfilenode from pg_class where relname = 'conversations_message'"


def rows(there: BaseDatabaseWrapper, statement: str) -> list[dict[str, Any]]:
    """What a statement finds in the tenant."""
    with tenant_scope(1), there.cursor() as cursor:
        cursor.execute(statement, {"tenant": 1})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def write(apps: StateApps, there: str) -> None:
    """carol's words, picture, document, what she took back, and a note about her."""

    def make(model: str, **fields: Any) -> Any:
        row = apps.get_model(model)(**({} if model == "accounts.Tenant" else {"tenant_id": 1}) | fields)
        row.save(using=there)
        return row

    make("accounts.Tenant", id=1, code="1", name="Shop", time_zone="UTC", language="en")
    account = make("channels_app.ServiceAccount", name="Shop")
    channel = make("channels_app.Channel", name="Web", kind="web", service_account=account)
    carol = make("customers.Customer", name="carol")
    talk = make("conversations.Conversation", customer=carol, channel=channel, service_account=account,
                state="queued", last_seq=5, last_kind="text", last_text="a note", last_note=True)  # fmt: skip
    owned = {"owner_kind": "customer", "owner_id": carol.pk, "size": 2048, "path": ""}
    tea = make("conversations.Attachment", kind="image", name="tea.png", width=8, height=6, **owned)
    bill = make("conversations.Attachment", kind="file", name="bill.pdf", **owned)
    said: list[dict[str, Any]] = [
        {"kind": "text", "text": "hello"},
        {"kind": "image", "attachment": tea},
        {"kind": "file", "text": "the bill", "attachment": bill},
        {"kind": "text", "text": "forget it", "recalled_at": timezone.now()},
        {"kind": "text", "text": "a note", "note": True},
    ]
    for seq, each in enumerate(said, 1):
        make("conversations.Message", conversation=talk, seq=seq, client_id=uuid4(), author_kind="customer",
             author_id=carol.pk, author_name="carol", **each)  # fmt: skip


def test_messages_of_before_are_shown_and_none_is_written_anew(another: BaseDatabaseWrapper) -> None:
    with unscoped(reason="migrations are of all tenants"):
        write(MigrationExecutor(another).migrate(BEFORE).apps, another.alias)
        before = rows(another, PLACE)
        after = MigrationExecutor(another)
        after.migrate(after.loader.graph.leaf_nodes())
    assert rows(another, PLACE) == before, "the table lies where it lay"
    summary = "select note_text, last_kind, last_text, customer_wrote_at is not null as known from {}"
    assert rows(another, summary.format("conversations_conversation")) == [
        {"note_text": "a note", "last_kind": "text", "last_text": "", "known": True}
    ]
    found = rows(another, MESSAGES + "order by m.seq")
    shown = [message_object(row, "agent") for row in found]
    assert [(each["kind"], each["text"], each["content"], each["file"] and each["file"]["name"]) for each in shown] == [
        ("text", "hello", {}, None),
        ("image", "", {}, "tea.png"),
        ("file", "the bill", {}, "bill.pdf"),
        ("text", "", {}, None),
        ("text", "a note", {}, None),
    ]
    thread = entries(found, [], zone=ZoneInfo("UTC"), names={}, originals=True)
    page = [render_to_string("conversations/timeline/_entry.html", {"entry": entry}) for entry in thread]
    assert '<p class="bubble">hello</p>' in page[1]
    assert 'alt="tea.png" width="8" height="6"' in page[2]
    assert 'download="bill.pdf"' in page[3]
    assert '<p class="bubble">the bill</p>' in page[3]
    assert "<del>forget it</del>" in page[4]
    assert '<p class="bubble">a note</p>' in page[5]
