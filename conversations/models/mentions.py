"""Mentions: colleagues whom a private note names."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import Agent
from conversations.models.conversations import Conversation
from core.tenancy.models import TenantForeignKey, TenantModel


class Mention(TenantModel):
    """That note number `seq` of the conversation names the agent; unseen until the agent opens the conversation."""

    agent = TenantForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = TenantForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.IntegerField()
    at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "conversation", "seq", "agent"], name="mention_once")]
        indexes = [
            models.Index(fields=["tenant", "agent", "-id"], condition=models.Q(seen_at=None), name="mentions_unseen")
        ]
