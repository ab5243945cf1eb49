"""Routing's listeners, called after commit (`kefu/wiring.py`)."""

from accounts.agents.settings import MAX_CONCURRENT
from accounts.models import Status
from channels_app.reception.settings import HOURS
from channels_app.service_accounts.queries import accounts_served_by
from core.events.agents import AgentCapacityChanged, AgentChanged, AgentStatusChanged, SignedOut
from core.events.conversations import ConversationEnded, ConversationQueued, ConversationTransferred, QueueLeft
from core.events.service_accounts import ServingChanged
from core.events.settings import SettingsChanged
from core.tasks import enqueue
from routing.dispatch.background import request_dispatch
from routing.dispatch.sweeps import dispatch_waiting
from routing.queue.positions import publish_positions, request_digests_of_waiting
from routing.rules.settings import ASSIGNMENT_RULE


def dispatch_queued(event: ConversationQueued) -> None:
    """Dispatches the service account's queue."""
    request_dispatch(service_account_id=event.service_account_id)


def dispatch_to_agent(
    event: ConversationEnded | ConversationTransferred | AgentStatusChanged | AgentCapacityChanged,
) -> None:
    """Dispatches the queues that the agent serves: there may be room now."""
    if isinstance(event, AgentStatusChanged) and event.status != Status.ONLINE:
        return  # only online agents are assigned anything
    agent_id = event.from_agent_id if isinstance(event, ConversationTransferred) else event.agent_id
    if agent_id is not None:
        for account_id in sorted(accounts_served_by(agent_id)):
            request_dispatch(service_account_id=account_id)


def presence_changed(event: AgentStatusChanged | AgentChanged | SignedOut) -> None:
    """Requests digests of the first 200 visitors who wait for the agent's service accounts: whether an agent is present
    may have changed."""
    request_digests_of_waiting(
        tenant_id=event.tenant_id, service_account_ids=sorted(accounts_served_by(event.agent_id))
    )


def serving_changed(event: ServingChanged) -> None:
    """Dispatches the service account's queue, and lets its visitors who wait look whether somebody is there."""
    request_dispatch(service_account_id=event.service_account_id)
    request_digests_of_waiting(tenant_id=event.tenant_id, service_account_ids=[event.service_account_id])


def setting_changed(event: SettingsChanged) -> None:
    """Dispatches every queue after a change of opening hours, a rule or a cap.

    Enqueued, because it goes through all queues and the saving request must not wait for that.
    """
    if event.setting in (HOURS.name, ASSIGNMENT_RULE.name, MAX_CONCURRENT.name):
        enqueue(dispatch_waiting, event.tenant_id)


def queue_moved(event: QueueLeft) -> None:
    """Publishes their new positions to the waiting visitors."""
    publish_positions(service_account_id=event.service_account_id)


def requeued(event: ConversationQueued) -> None:
    """Publishes their new positions to the waiting visitors; a newly opened conversation is last and moves nobody."""
    if event.cause != "opened":
        publish_positions(service_account_id=event.service_account_id)
