"""What the audit log keeps, and what it never keeps."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from accounts.audit import record as audit
from accounts.audit.kinds import object_text
from accounts.models import AuditEntry
from core.actors import SYSTEM
from tests.cast import Cast
from tests.sockets import signed_in


def test_an_entry_says_who_what_and_only_what_differs(cast: Cast) -> None:
    with cast.shop.within(), audit.coming_from("10.0.0.9"):
        entry = audit.record(
            actor=cast.alice.actor(), action="agent.changed", kind="agent", object_id=cast.bob.pk, name="bob",
            before={"nickname": "bob", "number": "1001"}, after={"nickname": "Bob", "number": "1001"},
        )  # fmt: skip
        assert entry is not None
        assert (entry.before, entry.after) == ({"nickname": "bob"}, {"nickname": "Bob"})
        assert (entry.actor_id, entry.actor_name, entry.address) == (cast.alice.pk, "alice", "10.0.0.9")
        assert entry.tenant_id == cast.shop.tenant.pk


def test_a_change_that_changed_nothing_leaves_no_entry(cast: Cast) -> None:
    with cast.shop.within():
        same = {"nickname": "bob"}
        assert (
            audit.record(
                actor=SYSTEM, action="agent.changed", kind="agent", object_id=1, name="", before=same, after=same
            )
            is None
        )
        assert not AuditEntry.objects.exists()


def test_creation_keeps_everything_that_came_and_times_become_text(cast: Cast) -> None:
    with cast.shop.within():
        at = datetime(2026, 1, 5, 4, tzinfo=UTC)
        entry = audit.record(
            actor=SYSTEM, action="agent.added", kind="agent", object_id=1, name="n" * 200, before={}, after={"at": at}
        )
        assert entry is not None
        assert (entry.before, entry.after, entry.address) == ({}, {"at": "2026-01-05T04:00:00Z"}, None)
        assert len(entry.object_name) == 100


def test_a_password_cannot_be_written(cast: Cast) -> None:
    with cast.shop.within(), pytest.raises(audit.SecretInTheLog):
        audit.record(
            actor=SYSTEM, action="agent.changed", kind="agent", object_id=1, name="", before={}, after={"password": "x"}
        )


def test_the_database_itself_keeps_entries_as_they_are(cast: Cast) -> None:
    with cast.shop.within():
        audit.record(actor=SYSTEM, action="a.b", kind="a", object_id=None, name="", before={}, after={"x": 1})
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.update(action="c.d")
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("truncate accounts_auditentry")
        assert AuditEntry.objects.get().action == "a.b"


def test_nobody_reads_the_log_of_another_company(cast: Cast) -> None:
    with cast.shop.within():
        audit.record(actor=SYSTEM, action="a.b", kind="a", object_id=None, name="", before={}, after={"x": 1})
    with cast.other.within():
        assert not AuditEntry.objects.exists()


@pytest.fixture
def reader(cast: Cast) -> Callable[[str, str], list[str]]:
    """What alice's browser finds: the names of the objects, by words and language."""
    client = signed_in(cast.alice)

    def find(words: str, language: str = "en") -> list[str]:
        answer: Any = client.get("/console/audit/", {"q": words, "lang": language})
        with translation.override(language):
            return [object_text(entry) for entry in answer.context["listing"].page]

    with cast.shop.within():
        for kind, name, before, after in (
            ("channel", "site", {"welcome": ""}, {"welcome": '您好，请说"订单号"\n或 C:\\temp 100%_'}),
            ("agent", "li", {"nickname": "x", "role": "agent"}, {"nickname": "Li", "role": "analyst"}),
            ("agent", "wang", {"groups": {"售后组": 50}}, {"groups": {"售后组": 80, "VIP": 10}}),
            ("service_account", "face", {"show_agent_name": False}, {"show_agent_name": True}),
        ):
            audit.record(
                actor=cast.alice.actor(), action=f"{kind}.changed", kind=kind, object_id=None, name=name,
                before=before, after=after,
            )  # fmt: skip
    return find


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ('说"订单号"', "zh-hans", ["site"]),
        ("C:\\temp", "en", ["site"]),
        ("100%_", "en", ["site"]),
        ("100_", "en", []),
        ("数据分析员", "zh-hans", ["li"]),
        ("Analyst", "en", ["li"]),
        ("analyst", "zh-hans", []),
        ("nickname", "en", []),
        ("role", "en", []),
        ("welcome", "en", []),
        ("售后组", "en", ["wang"]),
        ("VIP", "en", ["wang"]),
        ("vip", "en", ["wang"]),
        ("80", "en", ["wang"]),
        ("yes", "en", ["face"]),
        ("是", "zh-hans", ["face"]),
        ("face", "en", ["face"]),
        ("\\u", "en", []),
        ("{", "en", []),
    ],
)
def test_the_search_finds_what_is_shown(
    reader: Callable[..., list[str]], words: str, language: str, found: list[str]
) -> None:
    assert reader(words, language) == found


def test_the_search_sees_nothing_of_another_company(cast: Cast, reader: Callable[..., list[str]]) -> None:
    with cast.other.within():
        audit.record(actor=SYSTEM, action="a.b", kind="a", object_id=None, name="theirs", before={}, after={"x": "VIP"})
    assert reader("VIP") == ["wang"]
    assert reader("theirs") == []
