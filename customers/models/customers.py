"""The table of customers."""

from django.db import models
from django.db.models.functions import Now

from core.actors import Actor
from core.console.ordering import AlphabeticalOrder
from core.tenancy.models import TenantModel, random_id


class Customer(TenantModel):
    """A person who writes to us. A web visitor has signed tokens (`profiles/visitor_tokens.py`); raising
    `token_generation` revokes them."""

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

    class Meta:
        indexes = [models.Index(models.F("tenant"), AlphabeticalOrder("name"), name="customer_by_name")]

    def __str__(self) -> str:
        return self.name

    def actor(self) -> Actor:
        """The customer as the actor of actions."""
        return Actor("customer", self.pk, self.name)
