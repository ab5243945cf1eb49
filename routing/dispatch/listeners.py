"""Routing's listeners, called after commit (`kefu/wiring.py`)."""

from collections.abc import Iterable, Sequence

from accounts.agents.settings import MAX_CONCURRENT
from accounts.models import Status
from channels_app.reception.settings import HOURS
from channels_app.service_accounts.queries import accounts_served_by
from core.bus import for_many
from core.events.agents import AgentCapacityChanged, AgentChanged, AgentStatusChanged, SignedOut
from core.events.conversations import ConversationEnded, ConversationQueued, ConversationTransferred, QueueLeft
from core.events.service_accounts import ServingChanged
from core.events.settings import SettingsChanged
from core.tasks import enqueue
from routing.dispatch.background import request_dispatch
from routing.dispatch.sweeps import dispatch_waiting
from routing.queue.positions import publish_positions, request_digests_of_waiting
from routing.rules.settings import ASSIGNMENT_RULE


@for_many
def dispatch_queued(events: Sequence[ConversationQueued]) -> None:
    """Dispatches the service account's queue."""
    _dispatch({event.service_account_id for event in events})


@for_many
def dispatch_to_agent(
    events: Sequence[ConversationEnded | ConversationTransferred | AgentStatusChanged | AgentCapacityChanged],
) -> None:
    """Dispatches the queues that the agent serves: there may be room now."""
    if agents := {agent_id for event in events if (agent_id := _who_has_room(event)) is not None}:
        _dispatch(accounts_served_by(*agents))


def _who_has_room(
    event: ConversationEnded | ConversationTransferred | AgentStatusChanged | AgentCapacityChanged | AgentChanged,
) -> int | None:
    if isinstance(event, AgentStatusChanged) and event.status != Status.ONLINE:
        return None  # only online agents are assigned anything
    return event.from_agent_id if isinstance(event, ConversationTransferred) else event.agent_id


def _dispatch(service_account_ids: Iterable[int]) -> None:
    for account_id in sorted(service_account_ids):
        request_dispatch(service_account_id=account_id)


@for_many
def presence_changed(events: Sequence[AgentStatusChanged | AgentChanged | SignedOut]) -> None:
    """Requests digests of the first 200 visitors who wait for the agent's service accounts: whether an agent is present
    may have changed."""
    accounts = accounts_served_by(*{event.agent_id for event in events})
    request_digests_of_waiting(tenant_id=events[0].tenant_id, service_account_ids=sorted(accounts))


@for_many
def serving_changed(events: Sequence[ServingChanged]) -> None:
    """Dispatches the service account's queue, and lets its visitors who wait look whether somebody is there."""
    accounts = {event.service_account_id for event in events}
    _dispatch(accounts)
    request_digests_of_waiting(tenant_id=events[0].tenant_id, service_account_ids=sorted(accounts))


def setting_changed(event: SettingsChanged) -> None:
    """Dispatches every queue after a change of opening hours, a rule or a cap.

    Enqueued, because it goes through all queues and the saving request must not wait for that.
    """
    if event.setting in (HOURS.name, ASSIGNMENT_RULE.name, MAX_CONCURRENT.name):
        enqueue(dispatch_waiting, event.tenant_id)


@for_many
def queue_moved(events: Sequence[QueueLeft]) -> None:
    """Publishes their new positions to the waiting visitors."""
    _publish_positions({event.service_account_id for event in events})


@for_many
def requeued(events: Sequence[ConversationQueued]) -> None:
    """Publishes their new positions to the waiting visitors; a newly opened conversation is last and moves nobody."""
    _publish_positions({event.service_account_id for event in events if event.cause != "opened"})


def _publish_positions(service_account_ids: Iterable[int]) -> None:
    for account_id in sorted(service_account_ids):
        publish_positions(service_account_id=account_id)
