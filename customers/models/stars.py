"""Stars: customers whom agents marked for themselves."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import Agent
from core.tenancy.models import TenantForeignKey, TenantModel
from customers.models.customers import Customer


class Star(TenantModel):
    """An agent's own mark of a customer; nobody else sees it."""

    agent = TenantForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = TenantForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "agent", "customer"], name="star_once")]
        indexes = [models.Index(fields=["tenant", "agent", "-since", "-id"], name="stars_of_agent")]
