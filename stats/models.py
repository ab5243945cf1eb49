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
    """Columns of both tables of facts."""

    day = models.DateField()
    customer = TenantForeignKey(Customer, related_name="+", db_index=False)
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
        indexes = [models.Index(fields=["tenant", "day", "channel"], name="stats_fact_of_day")]


class AgentFact(Fact):
    """The part of one agent in one conversation. `replied`: this agent wrote a public message.

    The first response belongs to the agent who gave it: `first_response_ms` is empty for the others. From the hand-over
    (or the customer's first message, where that came later) to this agent's first public message after it:
    `handover_response_ms`. `group` is the one through which the agent was given the conversation.
    """

    conversation = TenantForeignKey(Conversation, related_name="+", db_index=False)
    agent = TenantForeignKey(Agent, related_name="+", db_index=False)
    group = TenantForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    handover_response_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "conversation", "agent"], name="stats_part_once")]
        indexes = [models.Index(fields=["tenant", "day", "agent"], name="stats_part_of_day")]


class DayRollup(TenantModel):
    """A day's sums for one channel and service account: of all (`agent` empty) or of one agent's parts.

    `human_conversations` were held by an agent, `answered_conversations` have a public message of an agent (of one
    agent: of this one), and `first_response_ms` adds up `first_responses` (of one agent: those that this one gave).
    `handover_response_ms` adds up `handover_responses` of one agent's parts; of all, that is 0.
    """

    day = models.DateField()
    channel = TenantForeignKey(Channel, related_name="+", db_index=False)
    service_account = TenantForeignKey(ServiceAccount, related_name="+", db_index=False)
    agent = TenantForeignKey(Agent, null=True, related_name="+", db_index=False)
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
                fields=["tenant", "day", "channel", "service_account", "agent"],
                nulls_distinct=False,
                name="stats_rollup_once",
            )
        ]
