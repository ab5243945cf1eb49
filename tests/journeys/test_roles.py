"""What each role sees and can do, also by typing addresses and posting forms by hand."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import BrowserContext, Page

from tests.journeys.roles import NUMBERS
from tests.journeys.stack import PASSWORD, Stack

_codes = itertools.count(7001)

# The parts of the console by the first words of their addresses, and who works there. Written down here once more on
# purpose: the product has them as permissions, and a mistake there must not excuse itself.
EVERYBODY = set(NUMBERS)
PARTS = {
    "desk/": {"owner", "supervisor", "agent"},
    "console/overview": {"owner", "supervisor", "analyst"},
    "console/monitor/": {"owner", "supervisor"},
    "console/conversations/": {"owner", "supervisor", "agent", "analyst"},
    "console/agents": {"owner", "supervisor"},
    "console/groups": {"owner", "supervisor"},
    "console/channels/": {"owner", "supervisor", "site_owner"},
    "console/service-accounts/": {"owner", "supervisor", "site_owner"},
    "console/reports/": {"owner", "supervisor", "analyst"},
    "console/settings/reception/": {"owner", "supervisor"},
    "console/tags": {"owner", "supervisor"},
    "console/tool-panels": {"owner", "supervisor"},
    "console/<level:level>/": {"owner", "supervisor", "site_owner"},  # here: of a channel
    "console/audit": {"owner", "supervisor"},
    "console/waiting/": EVERYBODY,
    "console/views/": EVERYBODY,  # each their own
}
EVERYTHING = (
    "desk overview monitor conversations agents groups channels service-accounts workload reception tags"
    " tool-panels audit"
)
RAIL = {
    "owner": EVERYTHING,
    "supervisor": EVERYTHING,
    "agent": "desk conversations",
    "analyst": "overview conversations workload",
    "site_owner": "channels service-accounts",
}
BEGINS = {
    "owner": "/console/overview/",
    "supervisor": "/console/overview/",
    "agent": "/desk/",
    "analyst": "/console/overview/",
    "site_owner": "/console/channels/",
}
# Nothing of what a role must not change may differ afterwards; who is seen when, may.
KEPT = {
    "accounts_agent": "id, number, nickname, email, role_id, is_active, deleted_at, version, password, max_concurrent",
    "accounts_role": "*",
    "accounts_group": "*",
    "accounts_membership": "*",
    "accounts_auditentry": "*",
    "channels_app_serviceaccount": "*",
    "channels_app_servinggroup": "*",
    "channels_app_channel": "*",
    "accounts_savedview": "*",
    "customers_tag": "*",
    "customers_toolpanel": "*",
    "core_setting": "*",
    "conversations_message": "*",
}


def console_routes() -> Iterator[str]:
    """The pattern of every address of the console."""

    def walk(resolver: URLResolver) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry)
            elif isinstance(entry, URLPattern):
                yield str(entry.pattern)

    return (each for each in walk(get_resolver()) if each.startswith("console/") and each != "console/")


ROUTES = sorted({*console_routes(), "desk/"})


def part_of(route: str) -> str:
    """The part of the console an address belongs to."""
    found = max((part for part in PARTS if route.startswith(part)), key=len, default="")
    assert found, f"tell the walk who works at {route}"
    return found


@pytest.fixture(scope="module")
def company(stack: Stack) -> dict[str, Any]:
    """Somebody of every role."""
    values: dict[str, Any] = json.loads(stack.run("-m", "tests.journeys.roles", str(next(_codes))))
    return values


def filled(route: str, company: dict[str, Any], role: str = "owner") -> str:
    """The address with the company's own ids, and the role's where each has their own."""
    ids = {
        "console/conversations/": company["held"],
        "console/agents": company["agents"]["analyst"],
        "console/groups": company["group"],
        "console/channels/": company["channel"],
        "console/<level:level>/": company["channel"],
        "console/service-accounts/": company["account"],
        "console/views/": company["views"][role],
        "console/tags": company["tag"],
        "console/tool-panels": company["panel"],
    }
    own = next((value for start, value in ids.items() if route.startswith(start)), "")
    address = re.sub(r"<(?:id|str):\w+>", own, route).replace("<level:level>", "channels")
    assert "<" not in address, f"tell the walk which id belongs into {route}"
    return f"{address}?next=/console/conversations/" if route.startswith("console/views/") else address


@pytest.fixture
def enter(stack: Stack, company: dict[str, Any], new_context: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """Sign in as somebody of a role, without saying where to."""

    def as_role(role: str) -> Page:
        page = new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{stack.url}/sign-in/")
        page.locator("#sign-in-name").fill(f"{NUMBERS[role]}@{company['code']}")
        page.locator("#sign-in-password").fill(PASSWORD)
        page.locator("#sign-in-password").press("Enter")
        page.wait_for_url(f"**{BEGINS[role]}")
        return page

    return as_role


def state(stack: Stack, company: dict[str, Any]) -> dict[str, Any]:
    """What must not change."""
    return {
        table: stack.value(
            f"select md5(string_agg(t::text, '|' order by t::text)) from"
            f" (select {columns} from {table} where tenant_id = %s) t",
            company["tenant_id"],
        )
        for table, columns in KEPT.items()
    }


@pytest.mark.parametrize("role", NUMBERS)
def test_the_rail_shows_what_the_role_may_open(role: str, stack: Stack, enter: Callable[[str], Page]) -> None:
    page = enter(role)
    if role == "agent":
        page.goto(f"{stack.url}/console/conversations/")
    links = page.locator("#rail a.rail-link").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert [link.strip("/").rsplit("/", 1)[-1] for link in links] == RAIL[role].split()
    for link in links:
        answer = page.goto(f"{stack.url}{link}")
        assert answer is not None
        assert answer.status == 200, link


@pytest.mark.parametrize("role", NUMBERS)
def test_every_address_answers_by_role(
    role: str, stack: Stack, company: dict[str, Any], enter: Callable[[str], Page]
) -> None:
    page = enter(role)
    wrong = []
    for route in ROUTES:
        may = role in PARTS[part_of(route)]
        status = page.request.get(f"{stack.url}/{filled(route, company, role)}").status
        # Some addresses only take posts.
        if status not in ((200, 405) if may else (403,)):
            wrong.append((route, status))
    assert wrong == []


def forged_form(page: Page, company: dict[str, Any]) -> dict[str, str]:
    """Whatever any form of the console may ask for, with a good token of one's own session."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "kefu_csrf")
    return {
        "csrfmiddlewaretoken": token,
        "name": "改过的名字",
        "nickname": "改过的名字",
        "number": "6666",
        "role": "owner",
        "password": "a forged password",
        "version": "1",
        "sort": "99",
        "selected": company["agents"]["analyst"],
        "agents": company["agents"]["analyst"],
        "bulk": "disable",
        "action": "disable",
        "do": "publish",
        "origins": "https://mallory.example",
        "origin": "https://mallory.example",
        "service_account": company["account"],
        "color": "#123456",
        "own-welcome": "on",
        "welcome": "改过的欢迎语",
        "max_concurrent": "1",
        "confirm": "yes",
    }


@pytest.mark.parametrize("role", NUMBERS)
def test_forms_posted_by_hand_change_nothing(
    role: str, stack: Stack, company: dict[str, Any], enter: Callable[[str], Page]
) -> None:
    page = enter(role)
    before, form = state(stack, company), forged_form(page, company)
    wrong = []
    for route in ROUTES:
        if role in PARTS[part_of(route)]:
            continue
        for headers in ({}, {"HX-Request": "true"}):
            address = f"{stack.url}/{filled(route, company)}"
            status = page.request.post(address, form=dict(form), headers=headers).status
            if status != 403:
                wrong.append((route, status))
    assert wrong == []
    assert state(stack, company) == before


def test_an_agent_finds_own_conversations_and_no_others(
    stack: Stack, company: dict[str, Any], enter: Callable[[str], Page]
) -> None:
    seen = {}
    for role in ("supervisor", "analyst", "agent"):
        page = enter(role)
        addresses = [f"{stack.url}/console/conversations/{company[name]}/" for name in ("held", "waiting")]
        seen[role] = [page.request.get(address).status for address in addresses]
    assert seen == {"supervisor": [200, 200], "analyst": [200, 200], "agent": [200, 404]}


def test_a_stranger_is_sent_to_the_sign_in(
    stack: Stack, company: dict[str, Any], new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    before = state(stack, company)
    for route in ROUTES:
        address = f"{stack.url}/{filled(route, company)}"
        answer = page.request.get(address, max_redirects=0)
        assert (answer.status, answer.headers["location"].split("?")[0]) == (302, "/sign-in/"), route
        assert page.request.post(address, form={"name": "改过的名字"}, max_redirects=0).status in (302, 403), route
    assert state(stack, company) == before
