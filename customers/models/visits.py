"""The pages that customers looked at."""

from django.db import models

from core.tenancy.models import TenantForeignKey, TenantModel
from customers.models.customers import Customer


class PageView(TenantModel):
    """A page that a customer opened, as the browser says. A customer has the last `visits/actions.py: MAX_PAGES`."""

    customer = TenantForeignKey(Customer, on_delete=models.CASCADE, db_index=False, related_name="+")
    url = models.CharField(max_length=1000)
    title = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "customer", "at"], name="pages_of_customer")]
