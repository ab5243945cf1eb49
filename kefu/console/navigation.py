"""What the console's rail shows: sections and items, each with the permission its page asks for.

An item is shown to whom its page would let in. The page that is open marks the item whose address its own begins
with, so a page belongs to an item by standing under it (`/console/agents/…` under `/console/agents/`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
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
    """A page of the rail; `icon` is a heroicon's name, `place` the order in its section."""

    label: str | Promise
    name: str
    permission: str
    icon: str
    section: str
    place: int


@dataclass(frozen=True)
class Section:
    """Items under one heading; no heading for those that stand alone."""

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
# Pages that nothing declares; lists stand in the `subject.py` of their noun, numbers in `stats/reports/`.
PAGES = (
    Item(_("Workbench"), "workbench:desk", Permission.DESK, "chat-bubble-left-right", "", 10),
    Item(_("Live monitor"), "stats:monitor", Permission.MONITOR, "signal", "", 30),
    Item(_("Reception"), "accounts:reception", Permission.MANAGE_SETTINGS, "adjustments-horizontal", "settings", 10),
)
# Where a role begins, the first that it may open: who reads numbers with them, who only sets up channels with those,
# who only serves at the desk.
FIRST = ("stats:overview", "channels:channels", "workbench:desk")


@dataclass(frozen=True)
class Link:
    """An item as one reader sees it."""

    label: str | Promise
    name: str
    url: str
    icon: str
    current: bool
    counts: bool = False  # whether customers may wait there
    count: int = 0


def items() -> list[Item]:
    """All pages, in the order of their sections."""
    listed = [
        Item(each.words.many, each.home, each.permission, each.icon, each.section, each.place) for each in subjects()
    ]
    reports = [
        Item(each.title, f"stats:{each.name}", Permission.REPORTS, each.icon, each.section, each.place)
        for each in registry.REPORTS
    ]
    turns = list(SECTIONS)
    return sorted([*PAGES, *listed, *reports], key=lambda item: (turns.index(item.section), item.place))


def sections() -> list[Section]:
    """All pages by their sections."""
    known = items()
    return [Section(label, tuple(item for item in known if item.section == name)) for name, label in SECTIONS.items()]


def address(item: Item) -> str:
    """The item's address; empty while there is no such page (`tests/house/` does not let that last)."""
    try:
        return reverse(item.name)
    except NoReverseMatch:
        return ""


def links(
    permissions: frozenset[str], path: str, waiting: Mapping[str, int] | None = None
) -> list[tuple[str | Promise, list[Link]]]:
    """The sections and links for somebody with these permissions who looks at `path`; `waiting`: item → how many."""
    counts = waiting or {}
    known = sections()
    allowed = [item for section in known for item in section.items if item.permission in permissions]
    addresses = {item: url for item in allowed if (url := address(item))}
    current = max((url for url in addresses.values() if path.startswith(url)), key=len, default="")
    made = [
        (
            section.label,
            [
                Link(
                    item.label,
                    item.name,
                    addresses[item],
                    item.icon,
                    addresses[item] == current,
                    item.name in counts,
                    counts.get(item.name, 0),
                )
                for item in section.items
                if item in addresses
            ],
        )
        for section in known
    ]
    return [(label, shown) for label, shown in made if shown]


def home(permissions: frozenset[str]) -> str:
    """The address where somebody with these permissions begins; empty where no page is open to them."""
    open_to = {link.name: link.url for _label, shown in links(permissions, "") for link in shown}
    first = [open_to[name] for name in FIRST if name in open_to]
    return next(iter([*first, *open_to.values()]), "")


def permissions_of(request: HttpRequest) -> frozenset[str]:
    """What the request's reader may do; nothing for a stranger."""
    user: Any = getattr(request, "user", None)
    return frozenset(user.role.permissions) if user is not None and user.is_authenticated else frozenset()


def _rail(request: HttpRequest) -> list[tuple[str | Promise, list[Link]]]:
    user: Any = getattr(request, "user", None)
    permissions = permissions_of(request)
    return links(permissions, request.path, numbers(user.pk, permissions) if permissions else None)


def context(request: HttpRequest) -> dict[str, Any]:
    """For templates, worked out only where it is shown: `navigation`, and the desk's way to the console."""
    return {
        "navigation": SimpleLazyObject(lambda: _rail(request)),
        "console_address": lambda: home(permissions_of(request) - {Permission.DESK}),
    }
