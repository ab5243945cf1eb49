"""What the console edits: agents that can be deleted, skill weights, quotas, versions; and the audit log."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.tenancy.tables import tenant_table

# A removed tenant takes its log along (a foreign key's cascade runs one trigger deep); nobody else may.
APPEND_ONLY = """
create function accounts_audit_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and pg_trigger_depth() > 1 then return old; end if;
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger accounts_audit_is_append_only before update or delete on accounts_auditentry
for each row execute function accounts_audit_is_append_only()
"""

# As they were then: what they may do now comes after the migrations (`accounts/roles/sync.py`).
AGENT = {"access.desk", "operation.serve", "operation.take", "operation.transfer", "access.history"}
ANALYST = {"access.reports", "operation.export", "access.history", "visibility.all_conversations"}
MANAGEMENT = {"operation.manage_team", "operation.manage_settings", "access.monitor", "access.audit"}
BUILT_IN_ROLES = {
    "owner": AGENT - {"operation.serve"} | ANALYST | MANAGEMENT | {"operation.manage_channels"},
    "supervisor": AGENT | ANALYST | MANAGEMENT,
    "agent": AGENT,
    "analyst": ANALYST,
    "site_owner": {"operation.manage_channels"},
}


def widen_built_in_roles(apps: Any, schema_editor: Any) -> None:
    """Built-in roles get the rights of the new pages."""
    schema_editor.execute("select set_config('kefu.unscoped', 'on', true)")
    with schema_editor.connection.cursor() as cursor:
        for code, permissions in BUILT_IN_ROLES.items():
            cursor.execute("update accounts_role set permissions = %s where code = %s", [sorted(permissions), code])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_rings"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=60)),
                ("address", models.GenericIPAddressField(null=True)),
                ("action", models.CharField(max_length=60)),
                ("object_kind", models.CharField(max_length=30)),
                ("object_id", models.BigIntegerField(null=True)),
                ("object_name", models.CharField(blank=True, max_length=100)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="agent",
            name="accounts_agent_number_once",
        ),
        migrations.AddField(
            model_name="agent",
            name="avatar",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="agent",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="agent",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="agent",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="group",
            name="shown_to_visitors",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="group",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="membership",
            name="weight",
            field=models.PositiveSmallIntegerField(default=50),
        ),
        migrations.AddField(
            model_name="tenant",
            name="max_agents",
            field=models.PositiveIntegerField(default=500),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=("tenant", "number"),
                name="accounts_agent_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__lte", 100)), name="accounts_weight_at_most_100"
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["tenant", "-at", "-id"], name="accounts_audit_by_time"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["tenant", "object_kind", "object_id", "-id"], name="accounts_audit_of_object"),
        ),
        tenant_table("accounts_auditentry"),
        migrations.RunSQL(APPEND_ONLY, "drop function accounts_audit_is_append_only cascade"),
        migrations.RunPython(widen_built_in_roles, migrations.RunPython.noop),
    ]
