"""Tables of customers."""

from customers.models.customers import Customer

__all__ = ["Customer"]
