"""What is told of signing in: who, from where, how it went; and no more than anybody can read."""

import logging
from collections import Counter

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.sign_in import journal
from accounts.sign_in.names import SignInName
from core.tenancy.scope import unscoped
from core.web import throttle
from tests.accounts.sign_in.test_sign_in import try_sign_in
from tests.cast import Cast, Company
from tests.sockets import signed_in


def entries_of(company: Company) -> list[tuple[str, str, str, str | None]]:
    """The entries, in their order."""
    with company.within():
        found = AuditEntry.objects.filter(object_kind="sign_in").order_by("pk")
        return list(found.values_list("action", "actor_name", "object_name", "address"))


def test_signing_in_and_out_stands_in_the_audit_log(cast: Cast) -> None:
    client, _ = try_sign_in("１００１＠8001", address="192.0.2.7")
    client.post("/sign-out/", REMOTE_ADDR="192.0.2.8")
    client.post("/sign-out/")
    assert entries_of(cast.shop) == [
        ("sign_in.opened", "bob", "1001@8001", "192.0.2.7"),
        ("sign_in.ended", "bob", "1001@8001", "192.0.2.8"),
    ]
    assert entries_of(cast.other) == []


def test_wrong_ones_and_throttling_are_told_with_name_and_address(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="accounts.sign_in.journal"):
        for _ in range(9):
            try_sign_in("1001@8001", "wrong", address="192.0.2.7")
        try_sign_in("4711@8001", "wrong", address="192.0.2.7")
        try_sign_in("1001@9999", "wrong", address="192.0.2.7")
        try_sign_in("1000@8001", address="192.0.2.7")
    assert Counter(entries_of(cast.shop)) == {
        ("sign_in.refused", "", "1001@8001", "192.0.2.7"): 5,
        ("sign_in.throttled", "", "1001@8001", "192.0.2.7"): 1,
        ("sign_in.refused", "", "4711@8001", "192.0.2.7"): 1,
        ("sign_in.opened", "alice", "1000@8001", "192.0.2.7"): 1,
    }
    assert "wrong sign-in as 1001@9999 from 192.0.2.7" in caplog.messages
    assert "too many wrong sign-ins as 1001@8001, now from 192.0.2.7" in caplog.messages
    assert "1000@8001 signed in from 192.0.2.7" in caplog.messages


def test_a_flood_fills_neither_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="accounts.sign_in.journal"):
        for number in range(150):
            journal.record_refused(SignInName(f"{number}", "8001"), None, "192.0.2.7")
            journal.record_throttled(SignInName(f"{number}", "8001"), None, "192.0.2.7", "192.0.2.7")
    assert len(entries_of(cast.shop)) == 100
    assert len(caplog.messages) <= 61
    throttle.forget(journal.ENTRIES, "sign-in-entries", str(cast.shop.tenant.pk))


def test_a_password_in_the_wrong_field_is_not_told(cast: Cast) -> None:
    try_sign_in("correct horse battery@8001", "wrong")
    assert [name for _, _, name, _ in entries_of(cast.shop)] == ["?@8001"]


def test_the_log_reads_well(cast: Cast) -> None:
    try_sign_in("1001@8001", "wrong", address="192.0.2.7")
    page = signed_in(cast.alice).get("/console/audit/?kind=sign_in", headers={"accept-language": "en"}).content.decode()
    assert "Wrong sign-in" in page
    assert "192.0.2.7" in page
    with unscoped(reason="the test looks from above"):
        assert AuditEntry.objects.count() == 1
    assert Client().get("/console/audit/").status_code == 302
