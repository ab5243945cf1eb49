"""Passwords: which are refused, and how everybody changes their own."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Agent, AuditEntry
from accounts.passwords.rules import check_new_password, names_of
from tests.accounts.sign_in.test_sign_in import is_in, try_sign_in
from tests.cast import PASSWORD, Cast
from tests.sockets import signed_in

NEW = "tea leaves at noon"
LI = names_of(Agent(number="1002", nickname="LiXiaoming", email="xiaoming.li@example.org"), "8001")


@pytest.mark.parametrize(
    "password",
    [
        "        ",
        "\u3000" * 8,
        "\u200b" * 8,
        "\u00ad\u2060\ufeff\u200d\u200c\u200b\u180e\u2061",
        "a" + " " * 7,
        "ab\u200b\u200b\u200b\u200b\u200b\u200b",
        "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
        "short",
        "password1",
    ],
)
def test_what_is_not_long_to_the_eye_is_no_password(password: str) -> None:
    with pytest.raises(ValidationError):
        check_new_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "1002@8001",
        "１００２＠８００１",
        "LIXIAOMING",
        "lixiaoming1",
        "10021002",
        "1002@8001!",
        "xiaoming.li@example.org",
        "123xiaoming.li",
    ],
)
def test_ones_own_name_is_no_password(password: str) -> None:
    with pytest.raises(ValidationError):
        check_new_password(password, names=LI)


@pytest.mark.parametrize("password", [NEW, "今天天气真的很好", "lixiaoming drinks tea", "kT7#1002zzz", "a b c d e f"])
def test_a_good_one_is_good(password: str) -> None:
    check_new_password(password, names=LI)


def change(client: Client, old: str, new: str) -> int:
    sent = {"old": old, "password": new}
    return client.post("/password/", sent, headers={"accept-language": "en"}).status_code


@pytest.mark.parametrize("role", ["owner", "supervisor", "agent", "analyst", "site_owner"])
def test_everybody_changes_their_own_with_the_old_one(cast: Cast, role: str) -> None:
    somebody = cast.shop.hire("1009", "erin", role=role)
    client, elsewhere = signed_in(somebody), signed_in(somebody)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert change(client, "wrong", NEW) == 422
    assert change(client, PASSWORD, "short") == 422
    assert change(client, PASSWORD, "1009@8001") == 422
    assert try_sign_in("1009@8001", NEW)[1] == 422
    assert change(client, PASSWORD, NEW) == 303
    page = client.get("/password/", headers={"accept-language": "en"}).content.decode()
    assert "Every other browser of yours was signed out." in page
    assert NEW not in page
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != key
    assert elsewhere.get("/password/").status_code == 302
    assert try_sign_in("1009@8001", NEW)[1] == 302
    with cast.shop.within():
        entry = AuditEntry.objects.get(action="agent.password_changed")
        assert (entry.actor_name, entry.object_name, entry.before, entry.after) == ("erin", "erin", {}, {})


def test_the_old_one_cannot_be_guessed_here(cast: Cast) -> None:
    client = signed_in(cast.bob)
    for _ in range(5):
        assert change(client, "wrong", NEW) == 422
    answer = client.post("/password/", {"old": PASSWORD, "password": NEW}, headers={"accept-language": "en"})
    assert "Too many" in answer.content.decode()
    assert is_in(client)
    assert try_sign_in("1001@8001")[1] == 302


def test_the_way_there_stands_in_both_account_menus(cast: Cast) -> None:
    for page in ("/desk/", "/console/conversations/"):
        assert 'href="/password/"' in signed_in(cast.bob).get(page).content.decode(), page
    assert Client().get("/password/").status_code == 302


def test_a_password_for_somebody_else_can_be_generated(cast: Cast) -> None:
    client = signed_in(cast.alice)
    for page in ("/console/agents/new/", f"/console/agents/{cast.bob.public_id}/password/"):
        assert "data-suggest" in client.get(page).content.decode(), page
    assert "data-suggest" not in client.get("/password/").content.decode()
    refused = client.post(f"/console/agents/{cast.bob.public_id}/password/", {"password": "bob@8001"})
    assert refused.status_code == 422
