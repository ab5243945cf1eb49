"""Channels, and the sites where their snippet was seen."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channels_app.models.service_accounts import ServiceAccount
from channels_app.origins import readable
from core.tenancy.models import TenantForeignKey, TenantModel, random_id


class ChannelKind(models.TextChoices):
    """Kinds of channels."""

    WEB = "web", _("Web page")


class Icon(models.TextChoices):
    """Icons of the launcher."""

    CHAT = "chat", _("Speech bubble")
    HEADSET = "headset", _("Headset")
    QUESTION = "question", _("Question mark")


class Channel(TenantModel):
    """渠道: a source of visitors. `origins` may embed the chat ("*" for any)."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    name = models.CharField(max_length=30)
    kind = models.CharField(max_length=20, choices=ChannelKind, default=ChannelKind.WEB)
    service_account = TenantForeignKey(ServiceAccount, related_name="channels")
    is_active = models.BooleanField(default=True)
    origins = ArrayField(models.CharField(max_length=200), default=list)
    color = models.CharField(max_length=7, default="#1a56db")
    side = models.CharField(max_length=5, choices=[("end", _("Right")), ("start", _("Left"))], default="end")
    offset_x = models.PositiveSmallIntegerField(default=20)
    offset_y = models.PositiveSmallIntegerField(default=20)
    icon = models.CharField(max_length=10, choices=Icon, default=Icon.CHAT)
    draft = models.JSONField(null=True)  # a design that is not published yet; the columns above are what sites show
    design_version = models.PositiveIntegerField(default=1)  # number of published designs; loaders report theirs
    published_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @property
    def site_seen(self) -> str:
        """The site of the last sighting, readable; needs the annotation of `queries.channels_in_console`."""
        return readable(getattr(self, "seen_on", None) or "")


class Sighting(TenantModel):
    """The newest time that the snippet of a channel ran on a site: one row per site."""

    channel = TenantForeignKey(Channel, on_delete=models.CASCADE, related_name="sightings", db_index=False)
    origin = models.CharField(max_length=200)
    page_url = models.CharField(max_length=1000, blank=True)
    design_version = models.PositiveIntegerField(default=1)
    is_allowed = models.BooleanField(default=True)  # false: seen on a site that may not embed the chat
    first_seen_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "channel", "origin"], name="channels_sighting_once")]

    @property
    def shown(self) -> str:
        """The site's origin, readable (IDN decoded)."""
        return readable(self.origin)
