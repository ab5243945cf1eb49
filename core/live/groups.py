"""Groups of connections that receive the same frames. Names are made here only; they begin with the tenant's id."""

from core.events.base import Audience, ConversationEvent, Event, OwnEvent


def visitor_group(tenant_id: int, customer_id: int, channel_id: int) -> str:
    """The pages of one customer on one channel."""
    return f"{tenant_id}:visitor:{customer_id}:{channel_id}"


def agent_group(tenant_id: int, agent_id: int) -> str:
    """The tabs of one agent."""
    return f"{tenant_id}:agent:{agent_id}"


def queue_group(tenant_id: int, service_account_id: int) -> str:
    """The agents who serve one service account."""
    return f"{tenant_id}:queue:{service_account_id}"


def desk_group(tenant_id: int) -> str:
    """All agents of a tenant."""
    return f"{tenant_id}:desk"


def groups_of(event: Event, audience: Audience) -> list[str]:
    """The groups of an audience of the event."""
    tenant = event.tenant_id
    if audience is Audience.DESK:
        return [desk_group(tenant)]
    if audience is Audience.OWN:
        return [agent_group(tenant, event.agent_id)] if isinstance(event, OwnEvent) else []
    if not isinstance(event, ConversationEvent):
        return []
    if audience is Audience.VISITOR:
        return [visitor_group(tenant, event.customer_id, event.channel_id)]
    if audience is Audience.QUEUE:
        return [queue_group(tenant, event.service_account_id)]
    return [agent_group(tenant, agent_id) for agent_id in event.holders]
