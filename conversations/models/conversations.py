"""Conversations, and who took part in them."""

from typing import Any

from django.db import models
from django.db.models.functions import Now

from accounts.agents.rules import is_absent
from accounts.models import Agent, Group
from channels_app.models import Channel, ServiceAccount
from conversations.states import EndReason, State
from core.tenancy.models import TenantForeignKey, TenantModel, random_id
from customers.models import Customer


def _between(begin: str, end: str) -> Any:
    """How long it was from one moment to the other."""
    return models.ExpressionWrapper(models.F(end) - models.F(begin), output_field=models.DurationField())


DURATION = _between("opened_at", "ended_at")
FIRST_RESPONSE = _between("asked_at", "first_response_at")


class Conversation(TenantModel):
    """One talk of one customer on one channel, from the first message to the end.

    `last_seq` numbers messages; `last_event_seq` and `last_visitor_event_seq` number events for either side. They are
    moved only under this row's lock, so numbers have no gaps and follow the order of commits.
    """

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    customer = TenantForeignKey(Customer, related_name="conversations", db_index=False)
    channel = TenantForeignKey(Channel, related_name="+")
    service_account = TenantForeignKey(ServiceAccount, related_name="+")
    agent = TenantForeignKey(Agent, null=True, related_name="conversations", db_index=False)
    state = models.CharField(max_length=10, choices=State)
    end_reason = models.CharField(max_length=10, choices=EndReason, blank=True)

    opened_at = models.DateTimeField(db_default=Now())
    opened_from = models.CharField(max_length=50, blank=True, default="", db_default="")  # the customer's network then
    queued_at = models.DateTimeField(null=True)  # the place in the order: kept when it returns to the queue
    waiting_from = models.DateTimeField(null=True)  # when it entered or returned to the queue: how long it may wait
    assigned_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # the customer's first message
    first_response_at = models.DateTimeField(null=True)  # an agent's first public message after that
    first_response_by = TenantForeignKey(Agent, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    last_seq = models.IntegerField(default=0)
    last_event_seq = models.IntegerField(default=0)
    last_visitor_event_seq = models.IntegerField(default=0)

    last_message_at = models.DateTimeField(db_default=Now())
    # Of the last message that is no private note; `last_message_at` is the time of the last one of either.
    last_author = models.CharField(max_length=10, blank=True)
    last_author_id = models.BigIntegerField(null=True)
    last_kind = models.CharField(max_length=20, blank=True)
    last_text = models.CharField(max_length=80, blank=True)
    last_note = models.BooleanField(default=False)  # the last message is a private note, and this is its text:
    note_text = models.CharField(max_length=80, blank=True, default="", db_default="")
    customer_wrote_at = models.DateTimeField(null=True)  # the customer's latest message
    waiting_since = models.DateTimeField(null=True)  # the customer's oldest unanswered message
    unread = models.IntegerField(default=0)  # at least 1 after it changed hands, until the new holder reads
    handed_by = models.CharField(max_length=60, blank=True, default="", db_default="")  # who gave it; "" once opened

    customer_delivered = models.IntegerField(default=0)
    customer_read = models.IntegerField(default=0)
    agent_delivered = models.IntegerField(default=0)
    agent_read = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=State.ENDED)
                | models.Q(state=State.ACTIVE, agent__isnull=False)
                | models.Q(state__in=[State.BOT, State.QUEUED], agent__isnull=True),
                name="conversation_active_has_agent",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.ENDED, ended_at__isnull=False)
                | (~models.Q(state=State.ENDED) & models.Q(ended_at__isnull=True)),
                name="conversation_ended_has_end",
            ),
            models.UniqueConstraint(
                fields=["tenant", "customer", "channel"],
                condition=~models.Q(state=State.ENDED),
                name="conversation_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer", "channel", "-id"], name="conversation_of_customer"),
            models.Index(
                fields=["tenant", "opened_from"], condition=~models.Q(state=State.ENDED), name="conversation_open_from"
            ),
            models.Index(fields=["tenant", "agent", "state"], name="conversation_of_agent"),
            models.Index(
                fields=["tenant", "service_account", "queued_at", "id"],
                condition=models.Q(state=State.QUEUED),
                name="conversation_queue",
            ),
            models.Index(  # dispatch looks behind a channel that is closed or full
                fields=["tenant", "service_account", "channel", "queued_at", "id"],
                condition=models.Q(state=State.QUEUED),
                name="conversation_channel_queue",
            ),
            models.Index(fields=["tenant", "-opened_at", "-id"], name="conversation_by_time"),
            # Not by the time of the last message: it changes with each, and every index would have to follow the row.
            models.Index(fields=["tenant"], condition=models.Q(state=State.ACTIVE), name="conversation_active"),
            models.Index(
                fields=["tenant", "agent", "-ended_at"],
                condition=models.Q(state=State.ENDED),
                name="conversation_ended_of_agent",
            ),
            models.Index("tenant", DURATION.asc(nulls_last=True), "id", name="conversation_by_duration"),
            models.Index(
                "tenant", DURATION.desc(nulls_last=True), models.F("id").desc(), name="conversation_by_duration_back"
            ),
            models.Index("tenant", FIRST_RESPONSE.asc(nulls_last=True), "id", name="conversation_by_response"),
            models.Index(
                "tenant",
                FIRST_RESPONSE.desc(nulls_last=True),
                models.F("id").desc(),
                name="conversation_by_response_back",
            ),
        ]

    @property
    def waits_for_absent(self) -> bool:
        """Whether the customer waits for an answer of an agent whom no browser shows (`limits.waiting_for_absent`)."""
        if self.state != State.ACTIVE or self.waiting_since is None or self.agent is None:
            return False
        return is_absent(self.agent.seen_at or self.assigned_at)


class Participation(TenantModel):
    """An agent who held a conversation, since when first. It stays after a transfer and after the end.

    `group` is the one through which the agent was given it then; who leaves the group later changes nothing.
    """

    conversation = TenantForeignKey(Conversation, related_name="participations", db_index=False)
    agent = TenantForeignKey(Agent, related_name="+", db_index=False)
    group = TenantForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    began_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "conversation", "agent"], name="participation_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "agent", "began_at", "conversation"], name="participation_of_agent_since")
        ]
