"""The company's tags of customers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy.models import TenantForeignKey, TenantModel, random_id
from customers.models.customers import Customer


class Color(models.TextChoices):
    """Colours of tags; static/kefu/css/parts/tag.css has them for both themes."""

    GREY = "grey", _("Grey")
    BLUE = "blue", _("Blue")
    GREEN = "green", _("Green")
    AMBER = "amber", _("Amber")
    RED = "red", _("Red")
    VIOLET = "violet", _("Violet")
    TEAL = "teal", _("Teal")


class Tag(TenantModel):
    """A word by which customers are sorted; its name is the tenant's only one (`comparison_key`)."""

    public_id = models.CharField(max_length=16, default=random_id, unique=True)
    name = models.CharField(max_length=20)
    color = models.CharField(max_length=10, choices=Color, default=Color.GREY)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class CustomerTag(TenantModel):
    """A tag of a customer."""

    customer = TenantForeignKey(Customer, on_delete=models.CASCADE, db_index=False, related_name="+")
    tag = TenantForeignKey(Tag, on_delete=models.CASCADE, db_index=False, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "customer", "tag"], name="tag_once_a_customer")]
        indexes = [models.Index(fields=["tenant", "tag"], name="customers_by_tag")]
