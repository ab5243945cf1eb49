"""What desks that are open do when something happened elsewhere. Rung after commit, by `kefu/wiring.py`.

A desk listens to the queues that its agent served when the tab was opened. Its next digest reads anew whom it serves;
these let it come at once instead of within 25 s.
"""

from core.events.agents import AgentChanged, AgentLeft, SignedOut
from core.events.service_accounts import ServingChanged
from core.live import groups, hub


def agent_changed(event: AgentChanged | AgentLeft | SignedOut) -> None:
    """Lets the agent's open desks read at once whom they serve, and whether they are signed in."""
    hub.request_digests(event.tenant_id, [groups.agent_group(event.tenant_id, event.agent_id)])


def serving_changed(event: ServingChanged) -> None:
    """Lets all open desks read at once whom they serve.

    It is rare, and whom it concerns hangs on two lists of groups.
    """
    hub.request_digests(event.tenant_id, [groups.desk_group(event.tenant_id)])
