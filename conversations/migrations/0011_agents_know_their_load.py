"""`load` of an agent is the number of active conversations: triggers keep it, whatever statement moves one.

Whoever moves a conversation so locks the agents concerned, after the conversation; of two agents in the order of ids.
"""

from django.db import migrations

FUNCTION = """
create function kefu_keep_load() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.state = 'active' and old.agent_id is not null then
    update accounts_agent set load = load - 1 where tenant_id = old.tenant_id and id = old.agent_id;
  end if;
  if tg_op <> 'DELETE' and new.state = 'active' and new.agent_id is not null then
    update accounts_agent set load = load + 1 where tenant_id = new.tenant_id and id = new.agent_id;
  end if;
  return null;
end $$;
create trigger conversation_opens_load after insert on conversations_conversation
  for each row when (new.state = 'active') execute function kefu_keep_load();
create trigger conversation_moves_load after update of state, agent_id on conversations_conversation
  for each row when ((old.state, old.agent_id) is distinct from (new.state, new.agent_id)
    and 'active' in (old.state, new.state)) execute function kefu_keep_load();
create trigger conversation_drops_load after delete on conversations_conversation
  for each row when (old.state = 'active') execute function kefu_keep_load();
"""

BACK = """
drop trigger conversation_opens_load on conversations_conversation;
drop trigger conversation_moves_load on conversations_conversation;
drop trigger conversation_drops_load on conversations_conversation;
drop function kefu_keep_load();
"""

COUNT = """
select set_config('kefu.unscoped', 'on', true);
update accounts_agent a set load = held.count
from (
  select tenant_id, agent_id, count(*) from conversations_conversation
  where state = 'active' and agent_id is not null group by tenant_id, agent_id
) held
where a.tenant_id = held.tenant_id and a.id = held.agent_id
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_agents_know_their_load"), ("conversations", "0010_messages_have_content")]

    operations = [
        migrations.RunSQL(FUNCTION, BACK),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
