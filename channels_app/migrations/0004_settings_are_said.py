"""What service accounts and agents said in columns of their own moves to the table of settings."""

from typing import Any

from django.db import migrations

from core.tenancy.scope import unscoped

SAID = """
insert into core_setting (tenant_id, level, object_id, name, value, locked)
select account.tenant_id, 'service_account', account.id, said.name, said.value, false
from channels_app_serviceaccount account
cross join lateral (values
  ('assignment_rule', to_jsonb(assignment_rule), assignment_rule <> 'least_busy'),
  ('welcome', to_jsonb(btrim(welcome)), btrim(welcome) <> ''),
  ('idle_end', to_jsonb(idle_end_minutes), idle_end_minutes <> 60),
  ('waiting_expiry', to_jsonb(least(greatest(waiting_expiry_minutes, 1), 10080)), waiting_expiry_minutes <> 1440)
) said (name, value, differs)
where said.differs
union all
select tenant_id, 'agent', id, 'max_concurrent', to_jsonb(max_concurrent), false
from accounts_agent where max_concurrent <> 10
on conflict do nothing
"""
UNSAID = """
update channels_app_serviceaccount account set
  assignment_rule = coalesce((select value #>> '{}' from core_setting said where said.name = 'assignment_rule'
    and (said.tenant_id, said.level, said.object_id) = (account.tenant_id, 'service_account', account.id)),
    assignment_rule),
  welcome = coalesce((select value #>> '{}' from core_setting said where said.name = 'welcome'
    and (said.tenant_id, said.level, said.object_id) = (account.tenant_id, 'service_account', account.id)), welcome),
  idle_end_minutes = coalesce((select (value #>> '{}')::integer from core_setting said where said.name = 'idle_end'
    and (said.tenant_id, said.level, said.object_id) = (account.tenant_id, 'service_account', account.id)),
    idle_end_minutes),
  waiting_expiry_minutes = coalesce((select (value #>> '{}')::integer from core_setting said
    where said.name = 'waiting_expiry'
    and (said.tenant_id, said.level, said.object_id) = (account.tenant_id, 'service_account', account.id)),
    waiting_expiry_minutes)
"""
COLUMNS = ("assignment_rule", "welcome", "idle_end_minutes", "waiting_expiry_minutes")


def fill(apps: Any, schema_editor: Any) -> None:
    """For all tenants. Only what differs from the default was ever said by anybody."""
    with unscoped(reason="a migration moves every tenant's settings"), schema_editor.connection.cursor() as cursor:
        cursor.execute(SAID)
        # The keys to tenants are checked now: a table with checks outstanding cannot be changed.
        cursor.execute("set constraints all immediate")


def empty(apps: Any, schema_editor: Any) -> None:
    """Back into the columns."""
    with unscoped(reason="a migration moves every tenant's settings"), schema_editor.connection.cursor() as cursor:
        cursor.execute(UNSAID)
        cursor.execute("set constraints all immediate")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_console"),
        ("channels_app", "0003_designs"),
        ("core", "0003_settings_and_marks"),
    ]

    operations = [
        migrations.RunPython(fill, empty),
        migrations.RemoveConstraint(model_name="serviceaccount", name="channels_idle_end_at_most_48_h"),
        *(migrations.RemoveField(model_name="serviceaccount", name=column) for column in COLUMNS),
        migrations.AlterModelOptions(name="serviceaccount", options={"base_manager_name": "objects"}),
    ]
