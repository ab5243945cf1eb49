"""The statements of opening and assigning, each for many at once. Look-ups are by key, as in posting's own."""

from conversations.models import Conversation
from conversations.timeline.queries import DESK_COLUMNS, DESK_ROWS, ROW_JOINS
from core.statements import columns_of

# What is known of visitors who write, and where their messages go: where an earlier attempt went, else to the
# conversation that is open. A customer or channel that is gone is null.
ARRIVING = """
select customer.id as customer_id, customer.name, customer.locale, customer.time_zone,
  host(customer.address) as address, channel.id as channel_id, channel.service_account_id,
  coalesce(repeated.public_id, present.public_id) as place, known.channel_id is not null as has_been_here
from rows from (
  json_to_recordset(%(messages)s::json) as (customer_id bigint, channel_id bigint, client_id uuid)
) with ordinality as i (customer_id, channel_id, client_id, ord)
left join lateral (
  select * from customers_customer where tenant_id + 0 = %(tenant)s and id = i.customer_id limit 1
) customer on true
left join lateral (
  select * from channels_app_channel where tenant_id + 0 = %(tenant)s and id = i.channel_id limit 1
) channel on true
left join lateral (
  select channel_id from conversations_conversation
  where tenant_id = %(tenant)s and customer_id = i.customer_id and channel_id = i.channel_id limit 1
) known on true
left join lateral (
  select public_id from conversations_conversation
  where tenant_id = %(tenant)s and customer_id = i.customer_id and channel_id = i.channel_id and state <> 'ended'
  limit 1
) present on true
left join lateral (
  select c.public_id from conversations_conversation c cross join lateral (
    select 1 from conversations_message
    where tenant_id + 0 = %(tenant)s and conversation_id = c.id and client_id = i.client_id limit 1
  ) m
  where known.channel_id is not null and c.tenant_id = %(tenant)s and c.customer_id = i.customer_id
    and c.channel_id = i.channel_id limit 1
) repeated on true
order by i.ord
"""

# Inserts conversations that wait, in the order of customer and channel: of two who insert the same, the second waits
# for the first, and leaves out what is open by then. Their places in the queue are behind all who wait. Their first
# events are logged, as `bus.publish_all` does it: by the agent who began them all, else each by its customer.
OPEN = f"""
with opened as (
  insert into conversations_conversation
    (tenant_id, public_id, customer_id, channel_id, service_account_id, opened_from, state, end_reason,
      opened_at, queued_at, waiting_from, last_message_at, last_seq, last_event_seq, last_visitor_event_seq,
      last_author, last_kind, last_text, last_note, unread,
      customer_delivered, customer_read, agent_delivered, agent_read)
  select %(tenant)s, i.public_id, i.customer_id, i.channel_id, i.service_account_id, i.opened_from, %(state)s, '',
    clock.at, clock.at, clock.at, clock.at, 0, %(events)s::integer, %(visitor_events)s::integer,
    '', '', '', false, 0, 0, 0, 0, 0
  from (select %(at)s::timestamptz as at) clock cross join json_to_recordset(%(conversations)s::json) as i (
    public_id text, customer_id bigint, channel_id bigint, service_account_id bigint, opened_from text
  )
  order by i.customer_id, i.channel_id
  on conflict do nothing
  returning *
), logged as (
  insert into core_event (tenant_id, name, conversation_id, seq, visitor_seq, actor_kind, actor_id, data, at)
  select %(tenant)s, event.name, opened.id, event.seq, event.visitor_seq,
    case when %(agent)s::bigint is null then 'customer' else 'agent' end, coalesce(%(agent)s, opened.customer_id),
    event.data, coalesce(%(frozen)s::timestamptz, statement_timestamp())
  from opened cross join json_to_recordset(%(logged)s::json) as event (
    name text, seq integer, visitor_seq integer, data jsonb
  )
  order by event.seq, opened.id
), queue as materialized (
  select a.id, (
    select count(*) from conversations_conversation
    where tenant_id = %(tenant)s and service_account_id = a.id and state = 'queued'
  ) as length
  from (select distinct service_account_id as id from opened) a
)
{DESK_COLUMNS}, queue.length + row_number() over (partition by queue.id order by c.id) as position
from opened c join queue on queue.id = c.service_account_id
{ROW_JOINS}
order by c.id
"""  # noqa: S608 – made of constants

# Those of some conversations that still wait, under their locks, which are taken in the order of ids as posting does.
LOCK_WAITING = f"""
select {columns_of(Conversation, "c")} from conversations_conversation c
where c.tenant_id = %(tenant)s and c.id = any(%(ids)s) and c.state = 'queued' order by c.id for no key update
"""  # noqa: S608 – made of the columns' names

# That conversations were given to agents, all of them locked: who took part, whose turn it was, and the events, which
# are logged as `bus.publish_all` does it.
ASSIGNED = f"""
with given as materialized (
  select * from rows from (
    json_to_recordset(%(assignments)s::json) as (
      conversation_id bigint, agent_id bigint, group_id bigint, at timestamptz, seq integer, visitor_seq integer,
      data jsonb
    )
  ) with ordinality as i (conversation_id, agent_id, group_id, at, seq, visitor_seq, data, ord)
), turns as (
  update accounts_agent a set last_assigned_at = last.at
  from (select agent_id, max(at) as at from given group by agent_id) last
  where a.tenant_id = %(tenant)s and a.id = last.agent_id
), took_part as (
  insert into conversations_participation (tenant_id, conversation_id, agent_id, group_id, began_at)
  select %(tenant)s, conversation_id, agent_id, group_id, at from given
  on conflict do nothing
), logged as (
  insert into core_event (tenant_id, name, conversation_id, seq, visitor_seq, actor_kind, actor_id, data, at)
  select %(tenant)s, %(event)s, conversation_id, seq, visitor_seq, %(actor_kind)s, %(actor_id)s, data,
    coalesce(%(frozen)s::timestamptz, statement_timestamp())
  from given order by ord
)
{DESK_ROWS} and c.id in (select conversation_id from given)
"""  # noqa: S608 – made of constants
