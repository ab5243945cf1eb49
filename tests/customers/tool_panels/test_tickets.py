"""The address of a tool panel: who can have made it, for whom it counts and how long; and which addresses there are."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import AuditEntry
from accounts.permissions import Permission
from core.errors import Forbidden
from customers.models import Customer, ToolPanel
from customers.tool_panels import actions
from customers.tool_panels.actions import PanelInput
from customers.tool_panels.forms import is_allowed
from customers.tool_panels.tickets import LIFETIME_SECONDS, signed
from tests.cast import Cast
from tests.house.sources import ROOT
from tests.sockets import signed_in

ORDERS = PanelInput("orders", "https://tools.example/orders?view=desk", 320, 0, shares_contact=False)
SAMPLE = re.search(r"```python\n(.+?)```", (ROOT / "docs" / "tool-panels.md").read_text(), re.DOTALL)


def checked() -> Callable[[str, str, str], dict[str, Any]]:
    """The check as the documentation has it."""
    assert SAMPLE is not None
    names: dict[str, Any] = {}
    exec(SAMPLE[1], names)
    found: Callable[[str, str, str], dict[str, Any]] = names["context"]
    return found


def added(cast: Cast, values: PanelInput = ORDERS) -> tuple[ToolPanel, str]:
    """A panel, and its secret."""
    with cast.shop.within():
        panel = actions.add_panel(actor=cast.alice.actor(), values=values)
        return panel, actions.renew_secret(actor=cast.alice.actor(), tool_panel=panel.public_id)


def address(cast: Cast, panel: ToolPanel, conversation: str) -> str:
    """What bob's desk is told to open."""
    answer = signed_in(cast.bob).get(f"/api/desk/conversations/{conversation}/tools/{panel.public_id}")
    assert answer.status_code == 200, answer.content
    return str(answer.json()["url"])


def token_of(url: str) -> str:
    """The token in an address."""
    return parse_qs(urlsplit(url).query)["kefu"][0]


def test_the_context_is_what_the_documentation_says_and_can_be_checked_as_it_says(cast: Cast) -> None:
    panel, secret = added(cast)
    talk = cast.shop.held(cast.carol, cast.bob)
    url = address(cast, panel, talk.public_id)
    assert url.startswith("https://tools.example/orders?view=desk&kefu=")
    claims = checked()(token_of(url), secret, panel.public_id)
    assert claims["exp"] - claims["iat"] == LIFETIME_SECONDS
    assert abs(claims.pop("iat") - time.time()) < 30
    del claims["exp"]
    assert claims == {
        "aud": panel.public_id,
        "sub": cast.carol.public_id,
        "name": "carol",
        "conversation": talk.public_id,
        "agent": {"id": cast.bob.public_id, "name": "bob"},
    }


@pytest.mark.parametrize("shares", [False, True])
def test_phone_and_email_are_passed_on_only_where_the_panel_says_so(cast: Cast, shares: bool) -> None:
    with cast.shop.within():
        Customer.objects.filter(pk=cast.carol.pk).update(phone="13800138000", email="carol@example.com")
        cast.bob.role.permissions.append(Permission.SEE_CONTACTS)
        cast.bob.role.save(update_fields=["permissions"])
    panel, secret = added(cast, PanelInput("orders", "https://tools.example/", 320, 0, shares_contact=shares))
    url = address(cast, panel, cast.shop.held(cast.carol, cast.bob).public_id)
    claims = checked()(token_of(url), secret, panel.public_id)
    assert [claims.get("phone"), claims.get("email")] == (
        ["13800138000", "carol@example.com"] if shares else [None, None]
    )


def test_nothing_else_passes_the_check() -> None:
    check, now = checked(), int(time.time())
    good = {"aud": "panel", "sub": "carol", "exp": now + 60}
    token = signed(good, "secret")
    assert check(token, "secret", "panel") == good
    head, body, signature = token.split(".")
    nobody = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    forged = base64.urlsafe_b64encode(json.dumps(good | {"sub": "mike"}).encode()).decode().rstrip("=")
    unsigned = base64.urlsafe_b64encode(hmac.digest(b"secret", f"{nobody}.{body}".encode(), hashlib.sha256))
    for bad in (
        f"{head}.{forged}.{signature}",
        f"{nobody}.{body}.",
        f"{nobody}.{body}.{unsigned.decode().rstrip('=')}",
        signed(good, "another secret"),
        signed(good | {"aud": "another panel"}, "secret"),
        signed(good | {"exp": now - 1}, "secret"),
    ):
        with pytest.raises(ValueError, match=r"kefu|panel"):
            check(bad, "secret", "panel")


def test_a_new_secret_replaces_the_one_before_and_neither_is_stored_as_it_is(cast: Cast) -> None:
    panel, before = added(cast)
    talk = cast.shop.held(cast.carol, cast.bob)
    with cast.shop.within():
        secret = actions.renew_secret(actor=cast.alice.actor(), tool_panel=panel.public_id)
        stored = str(ToolPanel.objects.filter(pk=panel.pk).values().get())
        log = str(list(AuditEntry.objects.filter(object_kind="tool_panel").values()))
    assert "tool_panel.secret_renewed" in log
    assert not {before, secret} & {word for word in (before, secret) if word in stored + log}
    token = token_of(address(cast, panel, talk.public_id))
    assert checked()(token, secret, panel.public_id)["sub"] == cast.carol.public_id
    with pytest.raises(ValueError, match="not signed"):
        checked()(token, before, panel.public_id)


def test_the_secret_stands_on_the_answer_to_the_button_and_nowhere_else(cast: Cast) -> None:
    with cast.shop.within():
        panel = actions.add_panel(actor=cast.alice.actor(), values=ORDERS)
    page, browser = f"/console/tool-panels/{panel.public_id}/secret/", signed_in(cast.alice)
    assert 'id="secret"' not in browser.get(page).content.decode()
    shown = re.search(r'id="secret" value="([\w-]{43})"', browser.post(page).content.decode())
    assert shown
    for address_of in (page, f"/console/tool-panels/{panel.public_id}/", "/console/tool-panels/", "/console/audit/"):
        assert shown[1] not in browser.get(address_of).content.decode()


def test_without_a_secret_the_page_is_opened_as_it_is(cast: Cast) -> None:
    with cast.shop.within():
        panel = actions.add_panel(actor=cast.alice.actor(), values=ORDERS)
    talk = cast.shop.held(cast.carol, cast.bob)
    assert address(cast, panel, talk.public_id) == ORDERS.url


def shown_to(cast: Cast, conversation: str) -> list[str]:
    """The panels beside a conversation at bob's desk."""
    answer = signed_in(cast.bob).get(f"/api/desk/conversations/{conversation}/tools")
    return [each["name"] for each in answer.json()["tools"]]


def test_a_panel_stands_where_its_groups_and_service_accounts_are(cast: Cast) -> None:
    with cast.shop.within():
        others = type(cast.shop.group).objects.create(name="others")
        account = type(cast.shop.account).objects.create(name="another face")
    own, own_account = cast.shop.group.public_id, cast.shop.account.public_id
    for values in (
        PanelInput("all", "https://a.example/", 320, 5, shares_contact=False),
        PanelInput("mine", "https://b.example/", 320, 4, False, (own,), (own_account, account.public_id)),
        PanelInput("theirs", "https://c.example/", 320, 3, False, (others.public_id,)),
        PanelInput("elsewhere", "https://d.example/", 320, 2, False, (), (account.public_id,)),
    ):
        added(cast, values)
    talk = cast.shop.held(cast.carol, cast.bob)
    assert shown_to(cast, talk.public_id) == ["all", "mine"]
    with cast.shop.within():
        theirs = ToolPanel.objects.get(name="theirs")
    answer = signed_in(cast.bob).get(f"/api/desk/conversations/{talk.public_id}/tools/{theirs.public_id}")
    assert answer.status_code == 404
    policy = signed_in(cast.bob).get("/desk/").headers["Content-Security-Policy"]
    assert "frame-src 'self' https://a.example https://b.example https://d.example;" in policy
    assert "example" not in signed_in(cast.alice).get("/console/tool-panels/").headers["Content-Security-Policy"]


def test_nobody_opens_a_panel_beside_a_conversation_that_is_not_theirs_to_see(cast: Cast) -> None:
    panel, _secret = added(cast)
    talk = cast.shop.held(cast.carol, cast.alice)
    for agent in (cast.bob, cast.mallory):
        answer = signed_in(agent).get(f"/api/desk/conversations/{talk.public_id}/tools/{panel.public_id}")
        assert answer.status_code == 404


def test_agents_do_not_configure_panels(cast: Cast) -> None:
    with cast.shop.within():
        for act in (
            lambda: actions.add_panel(actor=cast.bob.actor(), values=ORDERS),
            lambda: actions.renew_secret(actor=cast.bob.actor(), tool_panel="x"),
            lambda: actions.delete_panel(actor=cast.bob.actor(), tool_panel="x"),
        ):
            with pytest.raises(Forbidden):
                act()


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://tools.example/", True),
        ("https://tools.example:8443/a?b=c", True),
        ("http://localhost:3000/panel", True),
        ("http://127.0.0.1:3000/", True),
        ("http://tools.example/", False),
        ("http://localhost.evil.example/", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://user:pass@tools.example/", False),
        ("https://:@tools.example/", False),
        ("https://tools.example./", False),
        ("https://evil.example\\@tools.example/", False),
        ("https://tools.example/#part", False),
        ("https://tools.example/; script-src *", False),
        ("https://*.example/", False),
        ("//tools.example/", False),
        ("tools.example", False),
    ],
)
def test_only_encrypted_or_local_addresses_are_panels(url: str, is_good: bool) -> None:
    assert is_allowed(url) is is_good
