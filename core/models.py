"""The log of events: the one truth for replay, timers, statistics and audit."""

from django.db import models
from django.db.models.functions import Now

from core.tenancy import TenantModel


class LoggedEvent(TenantModel):
    """One event, append-only. `seq`/`visitor_seq` number the events of a conversation for either side."""

    name = models.CharField(max_length=40)
    conversation_id = models.BigIntegerField(null=True)
    seq = models.IntegerField(null=True)
    visitor_seq = models.IntegerField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "core_event"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "conversation_id", "seq"],
                condition=models.Q(conversation_id__isnull=False),
                name="core_event_seq_once",
            )
        ]
