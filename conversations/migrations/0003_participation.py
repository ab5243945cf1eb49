"""Who held a conversation, and who answered first."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import core.tenancy.models
from core.tenancy.tables import tenant_table

FIRST_RESPONSE_KEY = """
alter table conversations_conversation
add constraint conversations_conversation_first_response_by_id_same_tenant
foreign key (tenant_id, first_response_by_id) references accounts_agent (tenant_id, id) deferrable initially deferred
"""
FILL = """
select set_config('kefu.unscoped', 'on', true);
insert into conversations_participation (tenant_id, conversation_id, agent_id, began_at)
select tenant_id, conversation_id, (data ->> 'agent_id')::bigint, min(at) from core_event
where name in ('conversation.assigned', 'conversation.transferred') group by 1, 2, 3;
update conversations_conversation c set first_response_by_id = (
  select m.author_id from conversations_message m
  where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.author_kind = 'agent' and not m.note
  order by m.seq limit 1
) where c.first_response_at is not null
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_rings"),
        ("accounts", "0003_console"),
        ("channels_app", "0003_designs"),
        ("conversations", "0002_rings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Participation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="conversation",
            name="first_response_by",
            field=core.tenancy.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["tenant", "-opened_at", "-id"], name="conversation_by_time"),
        ),
        migrations.AddField(
            model_name="participation",
            name="agent",
            field=core.tenancy.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="conversation",
            field=core.tenancy.models.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="participations",
                to="conversations.conversation",
            ),
        ),
        migrations.AddField(
            model_name="participation",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddIndex(
            model_name="participation",
            index=models.Index(fields=["tenant", "agent", "conversation"], name="participation_of_agent"),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(fields=("tenant", "conversation", "agent"), name="participation_once"),
        ),
        tenant_table(
            "conversations_participation",
            {"conversation_id": "conversations_conversation", "agent_id": "accounts_agent"},
        ),
        migrations.RunSQL(
            FIRST_RESPONSE_KEY,
            "alter table conversations_conversation "
            "drop constraint conversations_conversation_first_response_by_id_same_tenant",
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
