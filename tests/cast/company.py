"""A company of the cast: a tenant with one group, and what its people do there."""

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Agent, Group, Membership, Role, Status, Tenant
from accounts.provisioning import open_tenant
from channels_app.channels.provisioning import add_web_channel
from channels_app.models import Channel, ServiceAccount
from conversations.lifecycle import assigning, opening, transferring
from conversations.models import Conversation
from conversations.posting import writing as posting
from conversations.posting.drafts import Draft, Outcome
from core.models import SettingValue
from core.tenancy.scope import tenant_scope
from customers.models import Customer
from customers.profiles import visitor_tokens
from customers.profiles.visitor_tokens import VisitorToken

PASSWORD = "a good password"


@cache
def password_hash() -> str:
    """Hashing is slow on purpose; everybody in the cast has the same password."""
    return make_password(PASSWORD)


@dataclass
class Company:
    """A tenant with one group that serves one service account with one web channel."""

    tenant: Tenant
    group: Group
    channel: Channel

    @property
    def account(self) -> ServiceAccount:
        """The service account of the channel."""
        found: ServiceAccount = self.channel.service_account
        return found

    def within(self) -> AbstractContextManager[None]:
        """The company's scope."""
        return tenant_scope(self.tenant.pk)

    def hire(self, number: str, nickname: str, *, role: str = "agent", cap: int = 10, status: str = "offline") -> Agent:
        """An agent in the group."""
        with self.within():
            agent = Agent.objects.create(
                number=number,
                nickname=nickname,
                role=Role.objects.get(code=role),
                password=password_hash(),
                max_concurrent=cap,
                status=status,
                status_set_by="agent" if status != "offline" else "system",
                returns_to="" if status != "offline" else "online",
                seen_at=timezone.now() if status != "offline" else None,
            )
            Membership.objects.create(agent=agent, group=self.group)
            if cap != agent._meta.get_field("max_concurrent").default:
                SettingValue.objects.create(level="agent", object_id=agent.pk, name="max_concurrent", value=cap)
            return agent

    def welcome(self, name: str) -> Customer:
        """A visitor."""
        with self.within():
            return Customer.objects.create(name=name)

    def token(self, customer: Customer, channel: Channel | None = None) -> str:
        """The visitor's token."""
        place = channel or self.channel
        return visitor_tokens.sign(VisitorToken(self.tenant.pk, place.pk, customer.pk, customer.token_generation))

    def open(self, customer: Customer) -> Conversation:
        """The customer's open conversation."""
        with self.within():
            return opening.open_conversation(customer=customer, channel=self.channel)

    def held(self, customer: Customer, agent: Agent) -> Conversation:
        """A conversation of the customer that the agent holds; an agent who was offline is busy then."""
        with self.within():
            if Agent.objects.filter(pk=agent.pk, status=Status.OFFLINE).exists():
                self.status(agent, Status.BUSY)
            found = self.fresh(self.open(customer))
            if found.agent is None:
                assigning.accept(actor=agent.actor(), conversation=found.public_id)
            elif found.agent_id != agent.pk:
                transferring.transfer(actor=found.agent.actor(), conversation=found.public_id, to=agent.public_id)
            return self.fresh(found)

    def says(self, who: Customer | Agent, conversation: Conversation, text: str, *, note: bool = False) -> Outcome:
        """A message, posted the way of actions."""
        with self.within():
            return posting.post([draft_of(who, conversation, text, note=note)])[0]

    def fresh(self, conversation: Conversation) -> Conversation:
        """The conversation as the table has it now."""
        with self.within():
            return Conversation.objects.get(pk=conversation.pk)

    def status(self, agent: Agent, status: str) -> None:
        """Set without ringing anybody."""
        with self.within():
            Agent.objects.filter(pk=agent.pk).update(
                status=status,
                status_set_by="agent",
                returns_to="",
                seen_at=timezone.now() if status != Status.OFFLINE else None,
            )


def draft_of(
    who: Customer | Agent,
    conversation: Conversation,
    text: str,
    *,
    note: bool = False,
    client_id: uuid.UUID | None = None,
) -> Draft:
    """What somebody wants to post."""
    kind, name = ("customer", who.name) if isinstance(who, Customer) else ("agent", who.nickname)
    return Draft(conversation.public_id, client_id or uuid.uuid4(), kind, who.pk, name, text=text, note=note)  # type: ignore[arg-type]


def open_company(code: str, name: str) -> Company:
    """A company with a group and a channel; no welcome text, so that numbers begin with the visitor's first message."""
    tenant = open_tenant(code=code, name=name)
    with tenant_scope(tenant.pk):
        group = Group.objects.create(name="客服组")
        channel = add_web_channel(account_name=f"{name}客服", name="官网", groups=(group,))
        return Company(tenant, group, Channel.objects.select_related("service_account", "tenant").get(pk=channel.pk))
