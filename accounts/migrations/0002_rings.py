"""The rings around each table: composite keys within the tenant and forced row-level security."""

from django.db import migrations

from core.tenancy.tables import row_security, tenant_table, tenants_own_table


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        tenants_own_table("accounts_tenant"),
        # Reached by its key, which is the secret, before a tenant is known: no (tenant_id, id).
        migrations.RunSQL(row_security("accounts_session", "tenant_id"), migrations.RunSQL.noop),
        tenant_table("accounts_role"),
        tenant_table("accounts_agent", {"role_id": "accounts_role"}),
        tenant_table("accounts_statusinterval", {"agent_id": "accounts_agent"}),
        tenant_table("accounts_group"),
        tenant_table("accounts_membership", {"agent_id": "accounts_agent", "group_id": "accounts_group"}),
        tenant_table("accounts_customer"),
    ]
