"""The rings around each table: composite keys within the tenant and forced row-level security."""

from django.db import migrations

from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [("channels_app", "0001_initial"), ("accounts", "0002_rings")]

    operations = [
        tenant_table("channels_app_serviceaccount"),
        tenant_table(
            "channels_app_servinggroup",
            {"service_account_id": "channels_app_serviceaccount", "group_id": "accounts_group"},
        ),
        tenant_table("channels_app_channel", {"service_account_id": "channels_app_serviceaccount"}),
    ]
