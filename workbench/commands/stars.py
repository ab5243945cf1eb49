"""Agents' command about their stars."""

from pydantic import Field

from accounts.permissions import Permission
from conversations.contacts.queries import knows
from core.errors import NotFound
from core.live.commands import AnsweredCommand, Done, PublicId, command
from core.tenancy.threads import in_thread
from customers.stars.actions import set_star
from workbench.agent import AgentClient


class StarCustomer(AnsweredCommand):
    """Payload of `customer.star`."""

    customer: PublicId = Field(description="whom I held, or who waits for me")
    on: bool


@command("customer.star", AgentClient)
async def star(client: AgentClient, payload: StarCustomer) -> Done:
    """Star a customer for myself, or take the star away."""
    await in_thread(_star, client, payload)
    return {}


def _star(client: AgentClient, payload: StarCustomer) -> None:
    """Of customers who are unknown to the agent it says no more than of those who do not exist."""
    if payload.on and not client.agent.may(Permission.SEE_ALL) and not _knows(client, payload.customer):
        raise NotFound
    set_star(actor=client.agent, customer=payload.customer, on=payload.on)


def _knows(client: AgentClient, customer: str) -> bool:
    return knows(customer, agent_id=client.agent_id, service_account_ids=sorted(client.accounts))
