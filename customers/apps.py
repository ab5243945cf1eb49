from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Customers: profiles and visits."""

    name = "customers"
