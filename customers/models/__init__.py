"""Tables of customers."""

from customers.models.customers import NOTED, Customer, Gender
from customers.models.stars import Star
from customers.models.tags import Color, CustomerTag, Tag

__all__ = ["NOTED", "Color", "Customer", "CustomerTag", "Gender", "Star", "Tag"]
