"""Parts know the group through which they were given, and how long the answer took after that.

Every conversation is counted anew: its first event loses the mark, and the sweep of statistics finds it.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.scope import unscoped

GROUP_KEY = """
alter table stats_agentfact add constraint stats_agentfact_group_id_same_tenant
foreign key (tenant_id, group_id) references accounts_group (tenant_id, id) deferrable initially deferred
"""
COUNT_AGAIN = "update core_event set counted = false where name = 'conversation.opened'"


def count_again(apps: Any, schema_editor: Any) -> None:
    """The numbers of all tenants follow from the tables."""
    with unscoped(reason="a migration lets every tenant be counted anew"), schema_editor.connection.cursor() as cursor:
        cursor.execute(COUNT_AGAIN)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_supervisors_configure_everything"),
        ("core", "0003_settings_and_marks"),
        ("conversations", "0005_groups_are_kept_and_answers_answer"),
        ("stats", "0003_rollups_say_the_same_of_all_and_of_agents"),
    ]

    operations = [
        migrations.AddField("agentfact", "handover_response_ms", models.BigIntegerField(null=True)),
        migrations.AddField(
            "agentfact",
            "group",
            core.tenancy.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.group",
            ),
        ),
        migrations.AddField(
            "dayrollup", "handover_responses", models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField(
            "dayrollup", "handover_response_ms", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.RunSQL(
            GROUP_KEY, "alter table stats_agentfact drop constraint stats_agentfact_group_id_same_tenant"
        ),
        migrations.RunPython(count_again, migrations.RunPython.noop),
    ]
