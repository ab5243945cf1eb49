"""What agents and visitors see of a company, by means that stay from release to release."""

import hashlib
import re
from collections.abc import Collection
from html import unescape
from typing import Any

from tests.serving.before.clients import Browser

# Of the moment, or with a signature of the moment; who has no browser open is away sooner or later.
PASSING = {"now", "url", "token", "status", "since"}
SIZE = re.compile(r"\s[\d.,]+\s(bytes|[KM]?B)$")
TAGS = re.compile(r"<[^>]+>")
TALK, TALKS = re.compile(r'<th[^>]*><a href="(/console/conversations/[\w-]+/)"'), 10
SETTING = re.compile(r'<section[^>]* id="setting-(\w+)".*?<strong>(.*?)</strong>', re.S)


def seen(port: int, browsers: dict[str, Any]) -> dict[str, Any]:
    """All of it. Signs in as each of the agents, with the one session that is kept too, and comes as each visitor."""
    desks = {name: Browser(port) for name in browsers["agents"]}
    for name, browser in desks.items():
        browser.sign_in(name, browsers["agents"][name])
    holder = Browser(port, dict(browsers["cookies"]))
    assert holder.go_on(), "the session of before is over"
    owner = desks[browsers["owner"]]
    return {
        "desks": {name: desk(browser) for name, browser in (desks | {"by its cookies": holder}).items()},
        "visitors": [chat(Browser(port, token=token), channel) for channel, token in browsers["visitors"]],
        "settings": [settings(owner, page) for page in browsers["pages"]],
        **reports(owner, browsers["days"]),
    }


def desk(browser: Browser) -> dict[str, Any]:
    """The state with which a desk begins, without what ended lately, and the threads in it, with their files."""
    state = browser.json("/api/desk/state")
    state["colleagues"].sort(key=lambda each: each["number"])  # who is there stands first
    state["rows"] = [row for row in state["rows"] if row["state"] != "ended"]
    threads = {row["conversation"]: _thread(browser, row["conversation"]) for row in state["rows"]}
    return {"state": lasting(state), "threads": threads}


def _thread(browser: Browser, conversation: str) -> dict[str, Any]:
    found = browser.json(f"/api/desk/conversations/{conversation}/messages")
    return {**lasting(found), "files": _files(browser, found["messages"])}


def chat(browser: Browser, channel: str) -> dict[str, Any]:
    """What a visitor is told who comes back, with the files in it."""
    found = browser.come(channel)
    return {**lasting(found), "files": _files(browser, found["messages"])}


def _files(browser: Browser, messages: list[dict[str, Any]]) -> list[str]:
    addresses = [message["file"]["url"] for message in messages if message["file"]]
    return [hashlib.sha256(browser.ask(address)).hexdigest() for address in addresses]


def settings(browser: Browser, page: str) -> dict[str, str]:
    """The effective values that the settings page beside a page of the console shows, by the settings' names."""
    its_own = page.strip("/").rpartition("/")[2]
    links = re.findall(r'href="(/console/[^"]*settings/[^"]*)"', browser.page(page))
    address = next(each for each in links if its_own in each)
    return {name: text(value) for name, value in SETTING.findall(browser.page(address))}


def reports(browser: Browser, days: str) -> dict[str, Any]:
    """The overview's numbers, each agent's, the conversations behind them, and the newest of these in full."""
    history = browser.page(f"/console/conversations/{days}")
    return {
        "overview": re.findall(r"<span data-value>(.*?)</span>", browser.page(f"/console/overview/{days}")),
        "workload": workload(browser, days),
        "history": [cells[:6] for cells in rows(history)],
        "talks": {address: talk(browser.page(address)) for address in TALK.findall(history)[:TALKS]},
    }


def workload(browser: Browser, days: str) -> dict[str, list[str]]:
    """What each agent did, and all of them together."""
    return {cells[0]: cells[1:6] for cells in rows(browser.page(f"/console/reports/workload/{days}"))}


def talk(page: str) -> list[str]:
    """The messages of a conversation's page, each with its author and time, files without their size."""
    return [SIZE.sub("", text(message)) for message in re.findall(r'<li [^>]*id="m\d+">(.*?)</li>', page, re.S)]


def rows(page: str) -> list[list[str]]:
    """The cells of a page's table, row by row."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", page.partition("<tbody")[2].partition("</table>")[0], re.S)
    return [[text(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", row, re.S)] for row in found]


def text(markup: str) -> str:
    """As one reads it."""
    return " ".join(unescape(TAGS.sub(" ", markup)).split())


def lasting(told: Any) -> Any:
    """Without what is of the moment."""
    if isinstance(told, dict):
        return {name: lasting(value) for name, value in told.items() if name not in PASSING}
    return [lasting(value) for value in told] if isinstance(told, list) else told


def lost(before: Any, now: Any, *, otherwise: Collection[str] = (), where: str = "") -> list[str]:
    """What was seen and is not, or is different. Who is told more than before has lost nothing; `otherwise` are names
    that this version has other words for."""
    if isinstance(before, dict) and isinstance(now, dict):
        pairs = [(name, value, now.get(name)) for name, value in before.items() if name not in otherwise]
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        pairs = list(zip(map(str, range(len(now))), before, now, strict=True))
    else:
        return [] if before == now else [f"{where}: {before!r} is {now!r}"]
    return [each for name, *both in pairs for each in lost(*both, otherwise=otherwise, where=f"{where}/{name}")]
