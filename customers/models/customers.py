"""The table of customers."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.console.ordering import AlphabeticalOrder
from core.tenancy.models import TenantModel, random_id


class Gender(models.TextChoices):
    """As an agent notes it; empty where nobody knows."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Another")


def _noted(length: int) -> "models.CharField[str, str]":
    """A column that agents fill in; empty until then, also in rows that other processes write."""
    return models.CharField(max_length=length, blank=True, default="", db_default="")


class Customer(TenantModel):
    """A person who writes to us. A web visitor has signed tokens (`profiles/visitor_tokens.py`); raising
    `token_generation` revokes them.

    `name` is the customer's own, `remark` (备注名) how the company calls them, which agents see instead; visitors never
    see it, nor what else agents noted (`NOTED`).
    """

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
    remark = _noted(60)
    phone = _noted(40)
    email = _noted(254)
    gender = _noted(10)
    country = _noted(60)
    province = _noted(60)
    city = _noted(60)
    note = _noted(2000)

    class Meta:
        indexes = [models.Index(models.F("tenant"), AlphabeticalOrder("name"), name="customer_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """What agents call the customer."""
        return self.remark or self.name

    def actor(self) -> Actor:
        """The customer as the actor of actions."""
        return Actor("customer", self.pk, self.name)


NOTED = ("remark", "phone", "email", "gender", "country", "province", "city", "note")
