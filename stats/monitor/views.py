"""The live monitor: a page updated by its socket, and a fragment polled without one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Status
from accounts.permissions import Permission
from core import clock
from core.console.durations import duration_text, patterns
from core.console.pages import page
from core.live.wire import milliseconds
from core.web.request import TenantRequest
from stats.metrics.metric import Value
from stats.monitor import snapshot
from stats.monitor.links import filled, links_of_agents, links_of_tiles
from stats.monitor.snapshot import Snapshot
from stats.monitor.today import FIGURES
from stats.reports.presentation import text_of


@require_GET
def live_monitor(request: TenantRequest) -> HttpResponseBase:
    """The page with the present numbers."""
    seen, now, links = snapshot.snapshot(), clock.now(), links_of_agents(request)
    context = {
        "now": milliseconds(now),
        "tiles": [*_conversation_tiles(seen, now, links_of_tiles(request, seen)), *_status_tiles(request, seen)],
        "groups": [_group(group, now) for group in seen["groups"]],
        "figures": FIGURES,
        "agents": [_row(agent, now, filled(links, agent["id"], seen["day"])) for agent in seen["agents"]],
        "away": sum(map(snapshot.is_away, seen["agents"])),
        "nobody": {"status": Status.OFFLINE.value, "numbers": _numbers({}, links), "figures": _figures({}, links)},
        "texts": texts(),
        "config": {
            "durations": patterns(),
            "links": links,
            "slow": snapshot.SLOW.total_seconds() * 1000,
            "very_slow": snapshot.VERY_SLOW.total_seconds() * 1000,
        },
    }
    return page(request, "stats/monitor/monitor.html", context, fragment="stats/monitor/_board.html")


def texts() -> dict[str, str]:
    """Texts of the page's script."""
    return {
        "longest": _("Longest wait %(span)s"),
        "nobody": _("Nobody is waiting"),
        "counted": _("Over %(n)s conversations"),
        "live": _("Live"),
        "polled": _("Every 10 seconds"),
        "lost": _("Not connected"),
        "age": _("%(ago)s ago"),
        **{status.value: str(status.label) for status in Status},
    }


def _conversation_tiles(seen: Snapshot, now: datetime, links: dict[str, str]) -> list[dict[str, Any]]:
    waiting, response = seen["waiting"], seen["first_response"]
    since = _moment(waiting["since"])
    longest = texts()["longest"] % {"span": _since(since, now)} if since else texts()["nobody"]
    average = None if response["ms"] is None else duration_text(response["ms"] / 1000)
    counted = texts()["counted"] % {"n": response["n"]}
    level = snapshot.urgency(since, now)
    tiles: list[dict[str, Any]] = [
        {"name": "waiting", "label": _("Waiting"), "value": waiting["n"], "note": longest, "level": level},
        {"name": "active", "label": _("Active"), "value": seen["active"]},
        {
            "name": "away",
            "label": _("Waiting, agent away"),
            "value": seen["away"],
            "level": "bad" if seen["away"] else "",
            "help": _(
                "Active conversations whose customer waits for an answer while no browser shows the agent. They go back"
                " to the queue after the time that the settings say."
            ),
        },
        {
            "name": "today",
            "label": _("Conversations today"),
            "value": seen["today"],
            "help": _("Conversations that began today and in which the customer wrote."),
        },
        {
            "name": "first_response",
            "label": _("First response today"),
            "value": average,
            "note": counted,
            "help": _(
                "From the first message of the customer to the first answer of an agent, over today's conversations"
                " that got one. Automatic messages do not count."
            ),
        },
    ]
    return [{**tile, "href": links.get(tile["name"], "")} for tile in tiles]


def _status_tiles(request: TenantRequest, seen: Snapshot) -> list[dict[str, Any]]:
    link = reverse("accounts:agents") if Permission.MANAGE_TEAM in request.user.role.permissions else ""
    return [
        {
            "name": f"status-{status.value}",
            "label": _("%(status)s agents") % {"status": status.label},
            "value": seen["statuses"][status.value],
            "href": f"{link}?status={status.value}&enabled=yes" if link else "",
        }
        for status in Status
    ]


def _row(agent: Snapshot, now: datetime, links: Mapping[str, str]) -> dict[str, Any]:
    return {
        **agent,
        "numbers": _numbers(agent, links),
        "figures": _figures(agent.get("today", {}), links),
        "label": Status(agent["status"]).label,
        "for": _since(_moment(agent["since"]), now),
        "owed_for": _since(_moment(agent["owed_since"]), now),
        "level": snapshot.urgency(_moment(agent["owed_since"]), now),
        "away": snapshot.is_away(agent),
        "over": agent["load"] > agent["cap"],
        # With a number on both sides, because only values above the limits are coloured; formatted for HTML, not for a
        # locale.
        "low": str(agent["nearly"] - 0.5),
        "high": str(agent["cap"] - 0.5),
    }


def _numbers(agent: Snapshot, links: Mapping[str, str]) -> dict[str, Any]:
    """What the agent does now."""
    return {name: _number(name, agent.get(name, ""), agent.get(name), links) for name in ("load", "owed")}


def _figures(today: Snapshot, links: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the agent did today."""
    found = [(figure, today.get(figure.name)) for figure in FIGURES]
    return [
        _number(figure.name, text_of(value, figure.metric.unit), value, links)
        | {"unit": figure.metric.unit.value, "label": figure.label}
        for figure, value in found
    ]


def _number(name: str, text: Any, value: Value, links: Mapping[str, str]) -> dict[str, Any]:
    """A number; `address`: what it counts, where there is something and the reader may see it; `opens`: ever."""
    return {"name": name, "text": text, "opens": name in links, "address": links.get(name) if value else None}


def _group(group: Snapshot, now: datetime) -> dict[str, Any]:
    since = _moment(group["waiting_since"])
    return {**group, "waits": _since(since, now), "level": snapshot.urgency(since, now)}


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, tz=UTC)


def _since(moment: datetime | None, now: datetime) -> str:
    return duration_text(None if moment is None else now - moment)
