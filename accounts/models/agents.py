"""Agents, and the time they spent in each status."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from accounts.models.roles import Role
from accounts.permissions import Permission
from core.actors import Actor
from core.console.ordering import NaturalOrder
from core.tenancy.models import TenantForeignKey, TenantModel, random_id


class Status(models.TextChoices):
    """The status that an agent chose. Being full is not a status: load and cap tell."""

    ONLINE = "online", _("Online")
    BUSY = "busy", _("Busy")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


HAS_ROOM = models.Q(is_active=True, status=Status.ONLINE, load__lt=models.F("max_concurrent"))
# The two orders of assignment (routing/rules/ranking.py, whose keys say the same), the first with an index.
LONGEST_IDLE_FIRST = (models.OrderBy(models.F("last_assigned_at"), nulls_first=True), models.F("id"))
LEAST_BUSY_FIRST = (
    models.ExpressionWrapper(
        Cast("load", models.FloatField()) / models.F("max_concurrent"), output_field=models.FloatField()
    ),
    *LONGEST_IDLE_FIRST,
)


class Agent(TenantModel, AbstractBaseUser):
    """An agent, who signs in as `number@tenant`. `seen_at` is updated while a browser is connected.

    An agent not seen for the grace of 60 s, or signed out, is *absent*, whatever the status, and cannot answer.
    """

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    number = models.CharField(max_length=20)
    number_order = models.GeneratedField(
        expression=NaturalOrder("number"), output_field=models.TextField(null=True), db_persist=True
    )
    nickname = models.CharField(max_length=30)
    email = models.EmailField(blank=True)
    avatar = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    role = TenantForeignKey(Role)
    is_active = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True)  # the row stays: history keeps the name
    version = models.PositiveIntegerField(default=1)  # of the values edited in the console, for optimistic locking
    max_concurrent = models.PositiveSmallIntegerField(default=10)  # the effective setting, kept where load is counted
    # Conversations that the agent holds. Triggers on conversations keep it (conversations/migrations/0011_…): nothing
    # else can change it, and while the agent is locked it stays.
    load = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OFFLINE)
    status_reason = models.CharField(max_length=30, blank=True)
    status_since = models.DateTimeField(db_default=Now())
    status_set_by = models.CharField(max_length=10, default="system")
    # The status that a connecting browser restores, for an agent who is offline but not by choice; otherwise "".
    returns_to = models.CharField(max_length=10, blank=True, default=Status.ONLINE)
    returns_reason = models.CharField(max_length=30, blank=True)
    seen_at = models.DateTimeField(null=True)
    last_assigned_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "public_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                condition=models.Q(deleted_at__isnull=True),
                name="accounts_agent_number_once",
            ),
            models.CheckConstraint(condition=models.Q(max_concurrent__lte=500), name="accounts_agent_cap_sane"),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "seen_at"], condition=~models.Q(status="offline"), name="accounts_agent_present"
            ),
            models.Index(models.F("tenant"), *LEAST_BUSY_FIRST, condition=HAS_ROOM, name="accounts_agent_ready"),
        ]

    def __str__(self) -> str:
        return self.nickname

    @property
    def sign_in_name(self) -> str:
        """`1001@8001`."""
        return f"{self.number}@{self.tenant.code}"

    @property
    def numbered_name(self) -> str:
        """`bob (1001)`, because nicknames are not unique."""
        return f"{self.nickname} ({self.number})"

    def actor(self) -> Actor:
        """The agent as the first argument of actions."""
        return Actor("agent", self.pk, self.nickname, frozenset(self.role.permissions))

    @property
    def lacks_a_group(self) -> bool:
        """Whether an enabled agent with a desk is in no group, and so is assigned nothing; reads role and
        memberships."""
        return needs_a_group(self) and not self.memberships.all()


def needs_a_group(agent: Any) -> bool:
    """Whether the agent is assigned something in a group: who is enabled and has a desk; reads the role."""
    return agent.is_active and Permission.DESK in agent.role.permissions


class StatusInterval(TenantModel):
    """A period in which an agent had a status, and who set it. Append-only except for the end of the open one."""

    agent = TenantForeignKey(Agent, on_delete=models.CASCADE)
    status = models.CharField(max_length=10, choices=Status)
    reason = models.CharField(max_length=30, blank=True)
    set_by_kind = models.CharField(max_length=10)
    set_by_id = models.BigIntegerField(null=True)
    began_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "agent"], condition=models.Q(ended_at__isnull=True), name="accounts_one_open_interval"
            )
        ]
