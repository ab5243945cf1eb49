"""The rings around each table: composite keys within the tenant and forced row-level security."""

from django.db import migrations

from core.tenancy.tables import tenant_table

PLACES = {
    "channel_id": "channels_app_channel",
    "service_account_id": "channels_app_serviceaccount",
    "agent_id": "accounts_agent",
}
TALK = {"conversation_id": "conversations_conversation", "customer_id": "accounts_customer"}
WITHOUT_AGENT = {column: table for column, table in PLACES.items() if column != "agent_id"}


class Migration(migrations.Migration):
    dependencies = [("stats", "0001_initial"), ("conversations", "0003_participation")]

    operations = [
        tenant_table("stats_conversationfact", {**TALK, **WITHOUT_AGENT}),
        tenant_table("stats_agentfact", {**TALK, **PLACES}),
        tenant_table("stats_dayrollup", PLACES),
    ]
