"""The audit log refuses to be emptied too (`truncate` fires no row trigger); what was a status stays one."""

from django.db import migrations

from core.tenancy.append_only import append_only

FACTS = ("id", "tenant_id", "agent_id", "status", "reason", "set_by_kind", "set_by_id", "began_at")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_supervisors_configure_everything")]

    operations = [
        migrations.RunSQL("drop function accounts_audit_is_append_only cascade", migrations.RunSQL.noop),
        append_only("accounts_auditentry"),
        append_only("accounts_statusinterval", FACTS, once="ended_at"),
    ]
