"""What routing does when something happened elsewhere. Rung after commit, by `kefu/wiring.py`."""

from accounts.agents.settings import MAX_CONCURRENT
from accounts.models import Status
from channels_app.reception.settings import HOURS
from channels_app.service_accounts.queries import accounts_served_by
from core.events.agents import AgentCapacityChanged, AgentChanged, AgentStatusChanged, SignedOut
from core.events.conversations import ConversationEnded, ConversationQueued, ConversationTransferred, QueueLeft
from core.events.service_accounts import ServingChanged
from core.events.settings import SettingsChanged
from core.tasks import enqueue
from routing.dispatch.actions import dispatch
from routing.dispatch.sweeps import dispatch_waiting
from routing.queue.positions import let_waiting_look, tell_positions
from routing.rules.settings import ASSIGNMENT_RULE


def somebody_waits(event: ConversationQueued) -> None:
    """Find an agent."""
    dispatch(service_account_id=event.service_account_id)


def an_agent_may_have_room(
    event: ConversationEnded | ConversationTransferred | AgentStatusChanged | AgentCapacityChanged,
) -> None:
    """Give the agent what waits for any of the service accounts that agent serves."""
    if isinstance(event, AgentStatusChanged) and event.status != Status.ONLINE:
        return  # who is not online is given nothing
    agent_id = event.from_agent_id if isinstance(event, ConversationTransferred) else event.agent_id
    if agent_id is not None:
        for account_id in sorted(accounts_served_by(agent_id)):
            dispatch(service_account_id=account_id)


def somebody_came_or_went(event: AgentStatusChanged | AgentChanged | SignedOut) -> None:
    """Perhaps the last one: who waits for those whom the agent serves looks again."""
    let_waiting_look(tenant_id=event.tenant_id, service_account_ids=sorted(accounts_served_by(event.agent_id)))


def serving_changed(event: ServingChanged) -> None:
    """Who serves it now may have room, and nobody may be left."""
    dispatch(service_account_id=event.service_account_id)
    let_waiting_look(tenant_id=event.tenant_id, service_account_ids=[event.service_account_id])


def setting_changed(event: SettingsChanged) -> None:
    """Somebody who waits may be served now: it opened, a cap was raised, a rule gives by itself again.

    A worker's work: it goes through all queues, and whoever saved the page does not wait for that.
    """
    if event.setting in (HOURS.name, ASSIGNMENT_RULE.name, MAX_CONCURRENT.name):
        enqueue(dispatch_waiting, event.tenant_id)


def queue_moved(event: QueueLeft) -> None:
    """Those who still wait have a better place now."""
    tell_positions(service_account_id=event.service_account_id)


def gave_back(event: ConversationQueued) -> None:
    """Somebody came back to the front: those behind have a worse place. Who is new stands behind all."""
    if event.cause != "opened":
        tell_positions(service_account_id=event.service_account_id)
