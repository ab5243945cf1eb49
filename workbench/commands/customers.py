"""Agents' commands about customers."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from conversations.lifecycle import describing
from conversations.lifecycle.commands import OneConversation
from core.actors import Actor
from core.live.commands import PublicId, command
from core.tenancy.threads import in_thread
from customers.profiles import actions
from customers.profiles.actions import Noted
from customers.profiles.queries import customer_by_id, hidden_fields
from customers.profiles.wire import customer_object, shown_values
from customers.tags.queries import tags_of
from workbench.agent import AgentClient

Values = Annotated[dict[str, Annotated[str, Field(max_length=4000)]], Field(max_length=3)]  # by column


class OneCustomer(TypedDict):
    """A customer as stored now; `theirs` is what somebody else changed meanwhile, for which nothing was stored."""

    customer: dict[str, Any]
    theirs: dict[str, Any] | None


class ChangeCustomer(OneConversation):
    """Payload of `customer.change`."""

    field: Literal["remark", "phone", "email", "gender", "region", "note"]
    seen: Values = Field(description="the field's values as I saw them")
    values: Values


class RevealCustomer(OneConversation):
    """Payload of `customer.reveal`."""

    field: Literal["phone", "email"]


class TagCustomer(OneConversation):
    """Payload of `customer.tag`."""

    name: str = Field(max_length=100)


class UntagCustomer(OneConversation):
    """Payload of `customer.untag`."""

    tag: PublicId


@command("customer.change", AgentClient)
async def change(client: AgentClient, payload: ChangeCustomer) -> OneCustomer:
    """Note a field of the customer of a conversation that I see."""
    act = partial(describing.change_field, field=payload.field, seen=payload.seen, values=payload.values)
    return await in_thread(_changed, client, payload.conversation, act)


@command("customer.reveal", AgentClient)
async def reveal(client: AgentClient, payload: RevealCustomer) -> OneCustomer:
    """Have a field that is masked for me shown in full for 10 minutes, which is audited."""
    return await in_thread(_changed, client, payload.conversation, partial(_reveal, field=payload.field))


def _reveal(*, actor: Actor, customer_id: int, field: str) -> Noted:
    actions.reveal(actor=actor, customer_id=customer_id, field=field)
    return Noted()


@command("customer.tag", AgentClient)
async def tag(client: AgentClient, payload: TagCustomer) -> OneCustomer:
    """Give the customer a tag, which is made where there is none of that name."""
    return await in_thread(_changed, client, payload.conversation, partial(describing.add_tag, name=payload.name))


@command("customer.untag", AgentClient)
async def untag(client: AgentClient, payload: UntagCustomer) -> OneCustomer:
    """Take a tag from the customer."""
    return await in_thread(_changed, client, payload.conversation, partial(describing.remove_tag, tag=payload.tag))


def _changed(client: AgentClient, conversation: str, act: Callable[..., Noted]) -> OneCustomer:
    customer_id = client.visible_row(conversation)["customer_id"]
    outcome = act(actor=client.agent, customer_id=customer_id)
    hidden = hidden_fields(customer_id, reader=client.agent)
    theirs = None
    if outcome.theirs is not None:
        theirs = {"by": outcome.by, "values": shown_values(outcome.field, outcome.theirs, hidden)}
    customer = customer_object(customer_by_id(customer_id), tags_of(customer_id), hidden=hidden)
    return {"customer": customer, "theirs": theirs}
