"""Customers are a table of `customers`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_deleted_groups_keep_their_name"),
        ("customers", "0001_from_accounts"),
        ("conversations", "0008_customers_have_moved"),
        ("stats", "0005_customers_have_moved"),
    ]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Customer")])]
