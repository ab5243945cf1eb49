"""The rings around each table: composite keys within the tenant and forced row-level security."""

from django.db import migrations

from core.tenancy.tables import tenant_table


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial"), ("channels_app", "0002_rings"), ("accounts", "0002_rings")]

    operations = [
        tenant_table(
            "conversations_conversation",
            {
                "customer_id": "accounts_customer",
                "channel_id": "channels_app_channel",
                "service_account_id": "channels_app_serviceaccount",
                "agent_id": "accounts_agent",
            },
        ),
        tenant_table("conversations_attachment"),
        tenant_table(
            "conversations_message",
            {"conversation_id": "conversations_conversation", "attachment_id": "conversations_attachment"},
        ),
        # Each message updates its conversation; with room on the page that touches no index.
        migrations.RunSQL("alter table conversations_conversation set (fillfactor = 60)", migrations.RunSQL.noop),
    ]
