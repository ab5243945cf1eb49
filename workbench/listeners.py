"""Listeners of the desk, called after commit (`kefu/wiring.py`).

A desk listens to the queues that its agent served when the tab was opened. Its next digest re-reads them; these
listeners request it at once instead of within 25 s.
"""

from collections.abc import Sequence

from core.bus import for_many
from core.events.agents import AgentChanged, AgentLeft, SignedOut
from core.events.service_accounts import ServingChanged
from core.live import groups, hub


@for_many
def agent_changed(events: Sequence[AgentChanged | AgentLeft | SignedOut]) -> None:
    """Requests digests of the agents' open desks, which re-read served queues and sign-in."""
    hub.request_digests(events[0].tenant_id, [groups.agent_group(each.tenant_id, each.agent_id) for each in events])


@for_many
def serving_changed(events: Sequence[ServingChanged]) -> None:
    """Requests digests of all open desks, which re-read the queues they serve.

    All, because which are concerned depends on two lists of groups, and the event is rare.
    """
    tenant_id = events[0].tenant_id
    hub.request_digests(tenant_id, [groups.desk_group(tenant_id)])
