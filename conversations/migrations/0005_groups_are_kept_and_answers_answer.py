"""Through which group an agent was given a conversation, and when the customer wrote first.

What was given before now gets the group as well as it can be known: the first of the agent's groups that serve the
service account; of who was deleted, those that the audit log says; else the only group that serves it. A first answer
is an agent's first public message after the customer's first.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.scope import unscoped

GROUP_KEY = """
alter table conversations_participation
add constraint conversations_participation_group_id_same_tenant
foreign key (tenant_id, group_id) references accounts_group (tenant_id, id) deferrable initially deferred
"""
FILL_GROUPS = """
update conversations_participation p set group_id = coalesce((
  select g.id from channels_app_servinggroup s
  join accounts_group g on g.tenant_id = s.tenant_id and g.id = s.group_id
  join accounts_membership m on m.tenant_id = g.tenant_id and m.group_id = g.id and m.agent_id = p.agent_id
  where s.tenant_id = p.tenant_id and s.service_account_id = c.service_account_id
  order by g.sort desc, g.id limit 1
), (
  select g.id from channels_app_servinggroup s
  join accounts_group g on g.tenant_id = s.tenant_id and g.id = s.group_id
  join accounts_auditentry e on e.tenant_id = p.tenant_id and e.action = 'agent.deleted' and e.object_id = p.agent_id
    and jsonb_exists(e.before -> 'groups', g.name)
  where s.tenant_id = p.tenant_id and s.service_account_id = c.service_account_id
  order by g.sort desc, g.id limit 1
), (
  select min(s.group_id) from channels_app_servinggroup s
  where s.tenant_id = p.tenant_id and s.service_account_id = c.service_account_id
  having count(*) = 1
))
from conversations_conversation c
where c.tenant_id = p.tenant_id and c.id = p.conversation_id
"""
FILL_ASKED = """
update conversations_conversation c set asked_at = asked.at
from (
  select tenant_id, conversation_id, min(created_at) as at from conversations_message
  where author_kind = 'customer' group by tenant_id, conversation_id
) asked
where asked.tenant_id = c.tenant_id and asked.conversation_id = c.id
"""
FILL_ANSWERED = """
update conversations_conversation c set (first_response_at, first_response_by_id) = (
  select m.created_at, m.author_id from conversations_message m
  where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.author_kind = 'agent' and not m.note
    and m.seq > (
      select min(seq) from conversations_message first
      where first.tenant_id = c.tenant_id and first.conversation_id = c.id and first.author_kind = 'customer'
    )
  order by m.seq limit 1
) where first_response_at is not null and (asked_at is null or first_response_at < asked_at)
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """For the conversations of all tenants."""
    with unscoped(reason="a migration fills every tenant's rows"), schema_editor.connection.cursor() as cursor:
        for statement in (FILL_GROUPS, FILL_ASKED, FILL_ANSWERED):
            cursor.execute(statement)
        cursor.execute("set constraints all immediate")  # what was checked late is in the way of `alter table`


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_supervisors_configure_everything"),
        ("channels_app", "0004_settings_are_said"),
        ("conversations", "0004_a_wait_begins_anew"),
    ]

    operations = [
        migrations.AddField("conversation", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "participation",
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
        migrations.RunSQL(
            GROUP_KEY,
            "alter table conversations_participation drop constraint conversations_participation_group_id_same_tenant",
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
