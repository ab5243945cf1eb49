"""Cells of the list of agents."""

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.agents.queries import ListedAgent
from core.console.durations import NO_VALUE
from core.console.parts import chip, html, html_join, icon, status


def groups_cell(agent: ListedAgent, value: Any) -> SafeString:
    """The groups, or that there are none."""
    if not agent.groups:
        return _in_no_group(agent) if agent.lacks_a_group else SafeString(NO_VALUE)
    hint, weight = _("Skill weight"), _("weight %(weight)s")
    return html_join(
        '<span class="tag"><span class="tag-name" title="{}">{}</span>'
        '<span class="weight numeric" title="{}">{}</span></span> ',
        ((each.name, each.name, hint, weight % {"weight": each.weight}) for each in agent.groups),
    )


def _in_no_group(agent: ListedAgent) -> SafeString:
    address = reverse("accounts:agent", args=[agent.public_id]) + "#id_groups"
    why = _("No conversations are given to this agent.")
    return html('<a href="{}" title="{}">{}</a>', address, why, chip(_("In no group"), "warn", "exclamation-triangle"))


def status_cell(agent: ListedAgent, value: Any) -> SafeString:
    """What the agent is doing."""
    reason = html('<span class="hint"> {}</span>', agent.status_reason) if agent.status_reason else ""
    return html("{}{}", status(agent.status, value), reason)


def load_cell(agent: ListedAgent, value: Any) -> SafeString:
    """How many conversations the agent holds, of how many."""
    numbers = f"{agent.load}/{agent.max_concurrent}"
    if agent.load <= agent.max_concurrent:
        return html('<span class="nowrap">{}</span>', numbers)
    return html(
        '<span class="nowrap"><span class="over" title="{over}">{sign}<span class="sr-only">{over}: </span>{numbers}'
        "</span></span>",
        over=_("Above the maximum"),
        sign=icon("exclamation-triangle"),
        numbers=numbers,
    )
