"""Who gets in at the front door, and who does not."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Agent, Session
from core.console import flash
from core.models import LoggedEvent
from tests.cast import PASSWORD, Cast
from tests.sockets import signed_in


def try_sign_in(name: str, password: str = PASSWORD, **extra: str) -> tuple[Client, int]:
    """A browser that tries to sign in, and the status it got."""
    client = Client(REMOTE_ADDR=extra.get("address", "127.0.0.1"))
    return client, client.post("/sign-in/", {"name": name, "password": password}).status_code


def is_in(client: Client) -> bool:
    """Whether the desk opens."""
    return client.get("/api/desk/state").status_code == 200


def test_the_right_password_opens_the_desk_and_is_remembered(cast: Cast) -> None:
    client, status = try_sign_in("1001@8001")
    assert status == 302
    assert client.get("/api/desk/state").json()["me"]["name"] == "bob"
    with cast.shop.within():
        assert LoggedEvent.objects.get(name="agent.signed_in").data["agent_id"] == cast.bob.pk
        assert Session.objects.get().agent_id == cast.bob.pk


@pytest.mark.parametrize("name", ["1001@8001", "9999@8001", "1001@8003", "1001", "@", "1001@8001@8002", "", "x" * 100])
def test_a_wrong_sign_in_says_the_same_whatever_is_wrong(cast: Cast, name: str) -> None:
    client, status = try_sign_in(name, "not the password")
    assert status == 422
    assert not is_in(client)


def test_the_same_number_in_another_company_is_somebody_else(cast: Cast) -> None:
    assert try_sign_in("1001@8002")[0].get("/api/desk/state").json()["me"]["name"] == "mallory"
    with cast.other.within():
        cast.mallory.set_password("something else entirely")
        cast.mallory.save(update_fields=["password"])
    assert try_sign_in("1001@8002")[1] == 422
    assert try_sign_in("1001@8001")[1] == 302


def test_the_sixth_wrong_password_is_throttled_even_when_right(cast: Cast) -> None:
    for _ in range(5):
        assert try_sign_in("1001@8001", "wrong")[1] == 422
    client, status = try_sign_in("1001@8001")
    assert status == 422
    assert not is_in(client)
    assert try_sign_in("1000@8001")[1] == 302, "others are not locked out with bob"


def test_a_right_password_forgets_the_wrong_ones(cast: Cast) -> None:
    for _ in range(2):
        for _ in range(4):
            try_sign_in("1001@8001", "wrong")
        assert try_sign_in("1001@8001")[1] == 302


def test_a_disabled_agent_is_out_at_once(cast: Cast) -> None:
    client, _ = try_sign_in("1001@8001")
    with cast.shop.within():
        Agent.objects.filter(pk=cast.bob.pk).update(is_active=False)
    assert client.get("/api/desk/state").status_code == 401
    assert try_sign_in("1001@8001")[1] == 422


def test_a_revoked_session_and_a_changed_password_end_the_session(cast: Cast) -> None:
    first, second = signed_in(cast.bob), signed_in(cast.bob)
    with cast.shop.within():
        Session.objects.filter(pk=first.cookies[settings.SESSION_COOKIE_NAME].value).delete()
    assert not is_in(first)
    assert is_in(second)
    with cast.shop.within():
        cast.bob.set_password("a new password")
        cast.bob.save(update_fields=["password"])
    assert not is_in(second)


def test_signing_out_ends_the_session_on_the_server(cast: Cast) -> None:
    client = signed_in(cast.bob)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert not is_in(again)


def test_a_role_without_a_desk_gets_403(cast: Cast) -> None:
    client = signed_in(cast.shop.hire("1009", "erin", role="analyst"))
    assert client.get("/desk/").status_code == 403
    assert client.get("/api/desk/state").json()["code"] == "forbidden"


def test_forms_without_their_secret_are_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in/", {"name": "1001@8001", "password": PASSWORD}).status_code == 403
    client.get("/sign-in/")
    secret = client.cookies[settings.CSRF_COOKIE_NAME].value
    payload = {"name": "1001@8001", "password": PASSWORD, "csrfmiddlewaretoken": secret}
    assert client.post("/sign-in/", payload).status_code == 302


def test_a_form_of_an_old_page_is_told_so_and_not_that_the_role_is_too_small(cast: Cast) -> None:
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "en"}).post("/sign-in/", {"name": "x"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "go back, reload and send again" in page
    assert "Your role" not in page


@pytest.mark.parametrize(
    ("sent_from", "back"),
    [
        ("http://testserver/console/team/?q=a", "%2Fconsole%2Fteam%2F%3Fq%3Da"),
        ("https://evil.example/x", "%2Fconsole%2Fsettings%2Freception%2F"),
        ("http://[", "%2Fconsole%2Fsettings%2Freception%2F"),
        ("", "%2Fconsole%2Fsettings%2Freception%2F"),
    ],
)
def test_what_is_sent_after_the_session_ended_is_told_as_lost(cast: Cast, sent_from: str, back: str) -> None:
    client = Client(headers={"accept-language": "en", "referer": sent_from})
    answer = client.post("/console/settings/reception/", {"do": "save"})
    assert answer["Location"] == f"/sign-in/?next={back}&unsaved=1"
    lost = "You were signed out. Nothing was saved."
    assert lost in client.get(answer["Location"]).content.decode()
    assert lost not in client.post(answer["Location"], {"name": "1001@8001", "password": "wrong"}).content.decode()
    asked = client.get("/console/settings/reception/")
    assert asked["Location"] == "/sign-in/?next=%2Fconsole%2Fsettings%2Freception%2F"


def test_a_page_that_needs_a_session_says_when_it_has_ended(cast: Cast) -> None:
    client = signed_in(cast.alice)
    with cast.shop.within():
        Session.objects.all().delete()
    answer = client.get("/console/agents/", headers={"accept-language": "en"})
    assert answer["Location"] == "/sign-in/?next=%2Fconsole%2Fagents%2F&ended=1"
    assert (
        "Your session has ended." in client.get(answer["Location"], headers={"accept-language": "en"}).content.decode()
    )


def test_a_page_can_ask_who_is_signed_in_and_for_the_secret_of_forms(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")
    old = client.cookies[settings.CSRF_COOKIE_NAME].value
    assert client.get("/session/").json()["agent"] == ""
    client.post("/sign-in/", {"name": "1001@8001", "password": PASSWORD, "csrfmiddlewaretoken": old})
    answer = client.get("/session/")
    assert answer.json()["agent"] == cast.bob.public_id
    assert "no-store" in answer["Cache-Control"]
    for secret, status in ((old, 403), (answer.json()["token"], 302)):
        assert client.post("/sign-out/", {"csrfmiddlewaretoken": secret}).status_code == status


def test_who_wants_to_send_a_form_of_theirs_may_sign_in_over_somebody_else(cast: Cast) -> None:
    client = signed_in(cast.bob)
    assert client.get("/sign-in/").status_code == 302
    assert client.get("/sign-in/?again=1").status_code == 200
    answer = client.post("/sign-in/?again=1", {"name": "1000@8001", "password": PASSWORD})
    assert answer["Location"] == "/console/"
    assert client.get("/session/").json()["agent"] == cast.alice.public_id
    assert flash.COOKIE in answer.cookies


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_signing_in_leads_to_pages_of_ours_only(cast: Cast, there: str) -> None:
    answer = Client().post(f"/sign-in/?next={there}", {"name": "1001@8001", "password": PASSWORD})
    assert answer["Location"] == "/console/"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    cookie = try_sign_in("1001@8001")[0].cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("address", "prefix"), [("https://desk.example.org", "__Host-"), ("http://desk.example.org", "")]
)
def test_under_https_no_neighbouring_host_can_set_our_cookies(address: str, prefix: str) -> None:
    names = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE"
    show = f"from django.conf import settings as s; print({names})"
    environment = {**os.environ, "KEFU_PUBLIC_URL": address, "DJANGO_SETTINGS_MODULE": "kefu.settings"}
    told = subprocess.run([sys.executable, "-c", show], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [f"{prefix}kefu_session", f"{prefix}kefu_csrf", str(bool(prefix))]


@pytest.mark.parametrize("wanted", ["-1", "[]", "desk", "<b>", "//evil.example/", "https://evil.example/", "\\\\evil"])
def test_what_is_no_address_of_ours_leads_nowhere(cast: Cast, wanted: str) -> None:
    browser = Client()
    answer = browser.post("/sign-in/", {"name": "1001@8001", "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/")
    assert browser.post("/preferences/", {"theme": "dark", "next": wanted}).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("role", "wanted", "leads"),
    [
        ("analyst", "/desk/", "/console/"),
        ("analyst", "/console/agents/?q=bob", "/console/"),
        ("analyst", "/console/conversations/?q=tea", "/console/conversations/?q=tea"),
        ("agent", "/desk/", "/desk/"),
        ("agent", "/console/settings/reception/", "/console/"),
        ("site_owner", "/desk/", "/console/"),
    ],
)
def test_signing_in_leads_where_the_role_may_go(cast: Cast, role: str, wanted: str, leads: str) -> None:
    """Whoever signs in after another on the same machine, or with a new role, is not greeted by a refusal."""
    cast.shop.hire("1900", "ada", role=role)
    browser = Client()
    answer = browser.post("/sign-in/", {"name": "1900@8001", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == leads
    assert browser.get("/sign-in/", {"next": wanted})["Location"] == leads
    assert browser.get(leads, follow=True).status_code == 200
