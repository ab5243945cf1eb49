"""The log of events, from which replay, timers, statistics and audit read, and the table of settings."""

from django.db import models
from django.db.models.functions import Now

from core.tenancy.models import TenantModel


class LoggedEvent(TenantModel):
    """One event; append-only. `seq` and `visitor_seq` number the events of a conversation for agents and for the
    visitor."""

    name = models.CharField(max_length=40)
    conversation_id = models.BigIntegerField(null=True)
    seq = models.IntegerField(null=True)
    visitor_seq = models.IntegerField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    counted = models.BooleanField(default=False, db_default=False)  # statistics have aggregated it

    class Meta:
        db_table = "core_event"
        indexes = [
            models.Index(fields=["tenant", "id"], condition=models.Q(counted=False), name="core_event_uncounted")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "conversation_id", "seq"],
                condition=models.Q(conversation_id__isnull=False),
                name="core_event_seq_once",
            )
        ]


class SettingValue(TenantModel):
    """The override of one setting at one place (`core/settings/stored.py`); a place that inherits has no row.

    `level` and `object_id` name the place: tenant (object 0), service_account, channel, group or agent. A locked value
    holds for everything below it.
    """

    level = models.CharField(max_length=20)
    object_id = models.BigIntegerField(default=0)
    name = models.CharField(max_length=40)
    value = models.JSONField()
    locked = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "core_setting"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "level", "object_id", "name"], name="core_setting_said_once")
        ]
