"""Where the monitor's numbers lead: the history, narrowed to what they count."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from accounts.permissions import Permission
from conversations.states import State
from core.web.request import TenantRequest
from stats.metrics.metric import ASKED, REPLIED
from stats.monitor.snapshot import Snapshot
from stats.monitor.today import FIGURES
from stats.reports.numbers import Behind

AT_ANY_TIME = {"from": "", "to": ""}
# Stand for an agent's public id and for the day, in addresses that the page's script fills in as well.
AGENT, DAY = "AGENT", "DAY"
NOW = {"state": State.ACTIVE.value, "holder": AGENT}


def may_open(request: TenantRequest) -> bool:
    """Whether the reader would find the same number there: only who sees all conversations."""
    return {Permission.HISTORY, Permission.SEE_ALL} <= set(request.user.role.permissions)


def links_of_tiles(request: TenantRequest, seen: Snapshot) -> dict[str, str]:
    """For each tile that counts conversations, the address that lists them."""
    days = {"from": seen["day"], "to": seen["day"]}
    filters = {
        "waiting": {**AT_ANY_TIME, "state": State.QUEUED.value},
        "active": {**AT_ANY_TIME, "state": State.ACTIVE.value},
        "away": {**AT_ANY_TIME, "away": "yes"},
        "today": {**days, **ASKED},
        "first_response": {**days, **REPLIED},
    }
    return {name: _listed(each) for name, each in filters.items()} if may_open(request) else {}


def links_of_agents(request: TenantRequest) -> dict[str, str]:
    """For each number of an agent, the address that lists what it counts, with `AGENT` and `DAY` in it."""
    if not may_open(request):
        return {}
    behind = Behind({"from": DAY, "to": DAY}, allowed=True)
    return {
        "load": _listed({**AT_ANY_TIME, **NOW}),
        "owed": _listed({**AT_ANY_TIME, **NOW, "owed": "yes"}),
        **{figure.name: behind.of(figure.metric, {"agent": AGENT}) for figure in FIGURES},
    }


def filled(links: Mapping[str, str], agent: str, day: str) -> dict[str, str]:
    """The same addresses for one agent. The id is inserted last, since it may contain `DAY`."""
    return {name: address.replace(DAY, day).replace(AGENT, agent) for name, address in links.items()}


def _listed(filters: Mapping[str, str]) -> str:
    return f"{reverse('conversations:history')}?{urlencode(filters)}"
