"""Tenants, the people who work for them, their customers."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.permissions import BUILT_IN_ROLES, Permission
from core.actors import Actor
from core.tenancy import TenantForeignKey, TenantManager, TenantModel, random_id


class Tenant(models.Model):
    """A company on this install. `code` is the part of a sign-in name behind the @."""

    tenant_column: ClassVar[str] = "id"
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    language = models.CharField(max_length=10, default="zh-hans")
    max_upload_bytes = models.PositiveIntegerField(default=10 * 1024 * 1024)
    max_agents = models.PositiveIntegerField(default=500)  # the plan's quota: agents who are not deleted
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Tenant"]] = TenantManager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.name


class Role(TenantModel):
    """A named set of permissions."""

    code = models.CharField(max_length=30)
    name = models.CharField(max_length=40)
    permissions = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="accounts_role_code_once")]

    def __str__(self) -> str:
        """A built-in role in the reader's language, any other by the name that it was given."""
        return str(BUILT_IN_ROLES[self.code][0]) if self.code in BUILT_IN_ROLES else self.name


class Status(models.TextChoices):
    """What an agent is doing. Full agents are not a status: load and cap say it."""

    ONLINE = "online", _("Online")
    BUSY = "busy", _("Busy")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class Agent(TenantModel, AbstractBaseUser):
    """Somebody who signs in as `number@tenant`. `seen_at` is moved while a browser of theirs is connected.

    Who was not seen for the grace of 60 s, or signed out, is *absent*, whatever the status: they cannot answer.
    """

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    number = models.CharField(max_length=20)
    nickname = models.CharField(max_length=30)
    email = models.EmailField(blank=True)
    avatar = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    role = TenantForeignKey(Role)
    is_active = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True)  # the row stays: history keeps the name
    version = models.PositiveIntegerField(default=1)  # of what the console edits; a form knows which one it shows
    max_concurrent = models.PositiveSmallIntegerField(default=10)  # the effective setting, kept where load is counted
    status = models.CharField(max_length=10, choices=Status, default=Status.OFFLINE)
    status_reason = models.CharField(max_length=30, blank=True)
    status_since = models.DateTimeField(db_default=Now())
    status_set_by = models.CharField(max_length=10, default="system")
    # What a browser that comes brings them back to, while they are offline without having chosen it; else empty.
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
            )
        ]

    def __str__(self) -> str:
        return self.nickname

    @property
    def sign_in_name(self) -> str:
        """`1001@8001`."""
        return f"{self.number}@{self.tenant.code}"

    @property
    def numbered_name(self) -> str:
        """`bob (1001)`: nicknames are not unique."""
        return f"{self.nickname} ({self.number})"

    def actor(self) -> Actor:
        """The agent as the first argument of actions."""
        return Actor("agent", self.pk, self.nickname, frozenset(self.role.permissions))

    @property
    def lacks_a_group(self) -> bool:
        """Whether somebody who could serve is in no group, and so is given nothing; asks for role and memberships."""
        return self.is_active and Permission.DESK in self.role.permissions and not self.memberships.all()


class StatusInterval(TenantModel):
    """How long an agent was in a status, and who set it. Append-only but for the end of the open interval."""

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


class LivingGroups(TenantManager["Group"]):
    """Those that were not deleted."""

    def get_queryset(self) -> models.QuerySet["Group"]:
        return super().get_queryset().filter(deleted_at=None)


class Group(TenantModel):
    """客服组: agents who serve together. A larger `sort` comes first. `ever` has the deleted ones too."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    name = models.CharField(max_length=30)
    sort = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)  # the row stays: reports and history keep the name

    objects: ClassVar[models.Manager["Group"]] = LivingGroups()
    ever: ClassVar[models.Manager["Group"]] = TenantManager()

    class Meta:
        base_manager_name = "ever"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                condition=models.Q(deleted_at__isnull=True),
                name="accounts_group_name_once",
            )
        ]
        ordering = ["-sort", "id"]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """An agent in a group; `weight` is the agent's skill there, 0–100 (PRODUCT.md §2)."""

    agent = TenantForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    group = TenantForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    weight = models.PositiveSmallIntegerField(default=50)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "agent", "group"], name="accounts_member_once"),
            models.CheckConstraint(condition=models.Q(weight__lte=100), name="accounts_weight_at_most_100"),
        ]


class Customer(TenantModel):
    """A person who asks. A web visitor is known by a signed token; raising `token_generation` revokes all of them."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    name = models.CharField(max_length=60)
    token_generation = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    locale = models.CharField(max_length=20, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    page_url = models.CharField(max_length=1000, blank=True)
    page_title = models.CharField(max_length=200, blank=True)
    referrer = models.CharField(max_length=1000, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)

    def __str__(self) -> str:
        return self.name

    def actor(self) -> Actor:
        """The customer as the first argument of actions."""
        return Actor("customer", self.pk, self.name)


class Session(AbstractBaseSession):
    """A signed-in browser. Its key is the secret that tells the tenant; the columns are for the list of sessions."""

    tenant_column: ClassVar[str] = "tenant_id"
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, db_constraint=False, related_name="+")
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Django asks the model for its store."""
        from accounts.sessions import SessionStore

        return SessionStore


class AuditEntry(TenantModel):
    """Who changed what, when, from where, before → after. Append-only: the database refuses to change or remove one."""

    at = models.DateTimeField(db_default=Now())
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    address = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=60)  # "agent.changed", as docs/console.md lists them
    object_kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField(null=True)
    object_name = models.CharField(max_length=100, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="accounts_audit_by_time"),
            models.Index(fields=["tenant", "object_kind", "object_id", "-id"], name="accounts_audit_of_object"),
        ]
