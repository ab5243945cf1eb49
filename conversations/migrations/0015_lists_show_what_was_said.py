"""A private note no longer takes the place of what was said last: it has a column of its own. And when the customer
wrote last, by which a list is ordered.

Filled in for those that are open, and the notes also where it is over: `last_text` holds nothing else from now on.
"""

from django.db import migrations, models

FILL = """
select set_config('kefu.unscoped', 'on', true);
update conversations_conversation c set customer_wrote_at = (
  select m.created_at from conversations_message m
  where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.author_kind = 'customer'
  order by m.seq desc limit 1
)
where c.state <> 'ended';
update conversations_conversation c set note_text = c.last_text,
  last_author = coalesce(m.author_kind, ''), last_author_id = m.author_id,
  last_kind = coalesce(case when m.recalled_at is null then m.kind else 'text' end, ''),
  last_text = coalesce(case when m.recalled_at is null then left(m.text, 80) end, '')
from conversations_conversation self left join lateral (
  select * from conversations_message
  where tenant_id = self.tenant_id and conversation_id = self.id and not note order by seq desc limit 1
) m on true
where self.last_note and self.tenant_id = c.tenant_id and self.id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0014_queues_by_channel")]

    operations = [
        migrations.AddField(
            "conversation", "note_text", models.CharField(blank=True, db_default="", default="", max_length=80)
        ),
        migrations.AddField("conversation", "customer_wrote_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
