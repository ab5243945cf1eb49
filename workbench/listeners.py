"""What desks that are open do when something happened elsewhere. Rung after commit, by `kefu/wiring.py`.

A desk listens to the queues that its agent served when the tab was opened. Its next digest reads anew whom it serves;
these let it come at once instead of within 25 s.
"""

from core import live
from core.events import AgentChanged, AgentLeft, ServingChanged, SignedOut


def agent_changed(event: AgentChanged | AgentLeft | SignedOut) -> None:
    """Other groups, another role, or none any more, or signed out: this agent's tabs look again."""
    live.look_again(event.tenant_id, [live.agent_group(event.tenant_id, event.agent_id)])


def serving_changed(event: ServingChanged) -> None:
    """Whom it concerns depends on two lists of groups; it is rare: all desks of the company look again."""
    live.look_again(event.tenant_id, [live.desk_group(event.tenant_id)])
