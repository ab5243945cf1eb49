"""The console's navigation: sections and items, each with the permission of its page.

An item is shown where the reader may open its page. It is current where the path begins with its address, so a page
belongs to an item by its path (`/console/agents/…` under `/console/agents/`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.permissions import Permission
from core.console.subject import subjects
from kefu.console.waiting import numbers
from stats.reports import registry


@dataclass(frozen=True)
class Item:
    """A page of the navigation; `name` is its URL name, `icon` a heroicon's name, `place` the order in its section."""

    label: str | Promise
    name: str
    permission: str
    icon: str
    section: str
    place: int


@dataclass(frozen=True)
class Section:
    """Items under a heading; `label` is "" for items without one."""

    label: str | Promise
    items: tuple[Item, ...]


SECTIONS: dict[str, str | Promise] = {
    "": "",
    "team": _("Team"),
    "channels": pgettext_lazy("navigation", "Channels"),
    "reports": _("Reports"),
    "settings": _("Settings"),
    "system": _("System"),
}
# Pages without a declaration; lists are declared in `subject.py` of their noun, reports in `stats/reports/`.
PAGES = (
    Item(_("Workbench"), "workbench:desk", Permission.DESK, "chat-bubble-left-right", "", 10),
    Item(_("Live monitor"), "stats:monitor", Permission.MONITOR, "signal", "", 30),
    Item(_("Reception"), "accounts:reception", Permission.MANAGE_SETTINGS, "adjustments-horizontal", "settings", 10),
)
# The first page after sign-in: the first of these that the role may open, else the first of the navigation.
FIRST = ("stats:overview", "channels:channels", "workbench:desk")


@dataclass(frozen=True)
class Link:
    """An item as shown to one reader."""

    label: str | Promise
    name: str
    url: str
    icon: str
    current: bool
    counts: bool = False  # whether a count of waiting customers is shown beside it
    count: int = 0


def items() -> list[Item]:
    """All pages, in the order of their sections."""
    return [item for section in sections() for item in section.items]


def sections() -> tuple[Section, ...]:
    """All pages by section. They are the same as long as there are no other subjects and reports."""
    return _sections(tuple(each.kind for each in subjects()), tuple(each.name for each in registry.REPORTS))


@lru_cache(maxsize=8)
def _sections(_kinds: tuple[str, ...], _reports: tuple[str, ...]) -> tuple[Section, ...]:
    known = _items()
    return tuple(
        Section(label, tuple(item for item in known if item.section == name)) for name, label in SECTIONS.items()
    )


def _items() -> list[Item]:
    listed = [
        Item(each.words.many, each.home, each.permission, each.icon, each.section, each.place) for each in subjects()
    ]
    reports = [
        Item(each.title, f"stats:{each.name}", Permission.REPORTS, each.icon, each.section, each.place)
        for each in registry.REPORTS
    ]
    turns = list(SECTIONS)
    return sorted([*PAGES, *listed, *reports], key=lambda item: (turns.index(item.section), item.place))


def address(item: Item) -> str:
    """The item's address; "" for a URL name that does not exist, which `tests/house/` refuses."""
    return _address(item.name)


@cache
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def links(
    permissions: frozenset[str], path: str, waiting: Mapping[str, int] | None = None
) -> list[tuple[str | Promise, list[Link]]]:
    """The sections and links for these permissions; the item of `path` is current, `waiting` maps items to counts."""
    counts = waiting or {}
    known = sections()
    allowed = [item for section in known for item in section.items if item.permission in permissions]
    addresses = {item.name: url for item in allowed if (url := address(item))}
    current = max((url for url in addresses.values() if path.startswith(url)), key=len, default="")
    made = [
        (
            section.label,
            [
                Link(
                    item.label,
                    item.name,
                    addresses[item.name],
                    item.icon,
                    addresses[item.name] == current,
                    item.name in counts,
                    counts.get(item.name, 0),
                )
                for item in section.items
                if item.name in addresses
            ],
        )
        for section in known
    ]
    return [(label, shown) for label, shown in made if shown]


def home(permissions: frozenset[str]) -> str:
    """The address of the first page for these permissions; "" where none may be opened."""
    open_to = {link.name: link.url for _label, shown in links(permissions, "") for link in shown}
    first = [open_to[name] for name in FIRST if name in open_to]
    return next(iter([*first, *open_to.values()]), "")


def permissions_of(request: HttpRequest) -> frozenset[str]:
    """The permissions of the signed-in agent; empty for anybody else."""
    user: Any = getattr(request, "user", None)
    return frozenset(user.role.permissions) if user is not None and user.is_authenticated else frozenset()


def _rail(request: HttpRequest) -> list[tuple[str | Promise, list[Link]]]:
    user: Any = getattr(request, "user", None)
    permissions = permissions_of(request)
    return links(permissions, request.path, numbers(user.pk, permissions) if permissions else None)


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context, computed when used: `navigation`, and from the desk the address of the console."""
    return {
        "navigation": SimpleLazyObject(lambda: _rail(request)),
        "console_address": lambda: home(permissions_of(request) - {Permission.DESK}),
    }
