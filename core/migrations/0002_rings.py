"""The rings around each table: composite keys within the tenant and forced row-level security."""

from django.db import migrations

from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("accounts", "0001_initial")]

    operations = [tenant_table("core_event")]
