"""Listeners of the desk, called after commit (`kefu/wiring.py`).

A desk listens to the queues that its agent served when the tab was opened. Its next digest re-reads them; these
listeners request it at once instead of within 25 s.
"""

from core.events.agents import AgentChanged, AgentLeft, SignedOut
from core.events.service_accounts import ServingChanged
from core.live import groups, hub


def agent_changed(event: AgentChanged | AgentLeft | SignedOut) -> None:
    """Requests digests of the agent's open desks, which re-read served queues and sign-in."""
    hub.request_digests(event.tenant_id, [groups.agent_group(event.tenant_id, event.agent_id)])


def serving_changed(event: ServingChanged) -> None:
    """Requests digests of all open desks, which re-read the queues they serve.

    All, because which are concerned depends on two lists of groups, and the event is rare.
    """
    hub.request_digests(event.tenant_id, [groups.desk_group(event.tenant_id)])
