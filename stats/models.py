"""Facts and rollups: derived from conversations and events, and recomputable at any time (docs/data-model.md).

Facts hold the contribution of each conversation; rollups sum facts by day. Days are the tenant's, by the conversation's
start. Durations are in milliseconds. Only `stats/engine/counting.py` writes them.
"""

from django.db import models

from accounts.models import Agent, Group
from channels_app.models import Channel, ServiceAccount
from conversations.models import Conversation
from core.tenancy.models import TenantForeignKey, TenantModel
from customers.models import Customer


class Fact(TenantModel):
    """Columns of both tables of facts. `previous_day`: the day of the customer's fact before this one, empty for the
    first; facts of one day are in the order of their keys."""

    day = models.DateField()
    customer = TenantForeignKey(Customer, related_name="+", db_index=False)
    previous_day = models.DateField(null=True)
    channel = TenantForeignKey(Channel, related_name="+", db_index=False)
    service_account = TenantForeignKey(ServiceAccount, related_name="+", db_index=False)
    customer_messages = models.PositiveIntegerField()
    replied = models.BooleanField()
    first_response_ms = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class ConversationFact(Fact):
    """One conversation in which a customer wrote. `human`: an agent held it; `replied`: one of them answered."""

    conversation = TenantForeignKey(Conversation, related_name="+", db_index=False)
    human = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "conversation"], name="stats_fact_once")]
        indexes = [
            models.Index(fields=["tenant", "day", "channel"], name="stats_fact_of_day"),
            models.Index(fields=["tenant", "customer", "day", "conversation"], name="stats_fact_of_customer"),
        ]


class AgentFact(Fact):
    """The part of one agent in one conversation. `replied`: this agent wrote a public message.

    The first response belongs to the agent who gave it: `first_response_ms` is empty for the others. From the hand-over
    (or the customer's first message, where that came later) to this agent's first public message after it:
    `handover_response_ms`. `group` is the one through which the agent was given the conversation. `previous_day` is
    of the parts of all agents, `agent_previous_day` of this agent's.
    """

    conversation = TenantForeignKey(Conversation, related_name="+", db_index=False)
    agent = TenantForeignKey(Agent, related_name="+", db_index=False)
    group = TenantForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    handover_response_ms = models.BigIntegerField(null=True)
    agent_previous_day = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "conversation", "agent"], name="stats_part_once")]
        indexes = [
            models.Index(fields=["tenant", "day", "agent"], name="stats_part_of_day"),
            models.Index(fields=["tenant", "customer", "day", "conversation", "agent"], name="stats_part_of_customer"),
        ]


class Rollup(TenantModel):
    """Columns of both tables of sums. `of_parts`: of agents' parts, of one agent's or, where `agent` is empty, of all
    agents' together; else of whole conversations."""

    day = models.DateField()
    of_parts = models.BooleanField()
    agent = TenantForeignKey(Agent, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


class DayRollup(Rollup):
    """A day's sums for one channel and service account.

    `human_conversations` were held by an agent, `answered_conversations` have a public message of an agent (of one
    agent: of this one), and `first_response_ms` adds up `first_responses` (of one agent: those that this one gave).
    `handover_response_ms` adds up `handover_responses` of parts; of whole conversations, that is 0. Of all agents'
    parts together, conversations count once.
    """

    channel = TenantForeignKey(Channel, related_name="+", db_index=False)
    service_account = TenantForeignKey(ServiceAccount, related_name="+", db_index=False)
    conversations = models.PositiveIntegerField()
    customer_messages = models.PositiveIntegerField()
    human_conversations = models.PositiveIntegerField()
    answered_conversations = models.PositiveIntegerField()
    first_responses = models.PositiveIntegerField()
    first_response_ms = models.BigIntegerField()
    handover_responses = models.PositiveIntegerField()
    handover_response_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "day", "channel", "service_account", "of_parts", "agent"],
                nulls_distinct=False,
                name="stats_rollup_once",
            )
        ]


class CustomerRollup(Rollup):
    """The customers of a day who were there on `previous_day` for the last time before it; empty: never before.

    The distinct customers of a range of days are those of its days whose `previous_day` lies before the range.
    """

    previous_day = models.DateField(null=True)
    customers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "day", "of_parts", "agent", "previous_day"],
                nulls_distinct=False,
                name="stats_customers_once",
            )
        ]
