"""Each metric once more, as plain SQL on the tables of conversations – no fact, no rollup (docs/data-model.md).

Written for psql: `:tenant` is the tenant's id, `:'since'` and `:'until'` are the first and the last day, in the
tenant's time zone. Nothing runs these for a page; a test compares them with what pages, exports and rollups say.
"""


def then(beginning: str, rest: str) -> str:
    """A statement that begins like others."""
    return beginning + rest


ASKED = """\
with asked as (
  select c.*, floor(extract(epoch from c.first_response_at - c.asked_at) * 1000) as response_ms
  from conversations_conversation c
  join accounts_tenant t on t.id = c.tenant_id
  where c.tenant_id = :tenant
    and (c.opened_at at time zone t.time_zone)::date between :'since' and :'until'
    and exists (
      select from conversations_message m
      where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.author_kind = 'customer')
)"""
HUMAN = then(
    ASKED,
    """, human as (
  select a.* from asked a
  where exists (
    select from conversations_participation p where p.tenant_id = a.tenant_id and p.conversation_id = a.id)
)""",
)
HELD = then(
    ASKED,
    """, held as (
  select p.agent_id as held_by, a.* from asked a
  join conversations_participation p on p.tenant_id = a.tenant_id and p.conversation_id = a.id
)""",
)

CONVERSATIONS = ASKED + "\nselect count(*) from asked"
CUSTOMERS = ASKED + "\nselect count(distinct customer_id) from asked"
CUSTOMER_MESSAGES = then(
    ASKED,
    """
select count(*) from asked a
join conversations_message m on m.tenant_id = a.tenant_id and m.conversation_id = a.id
where m.author_kind = 'customer'""",
)
HUMAN_CONVERSATIONS = HUMAN + "\nselect count(*) from human"
HUMAN_RATE = then(
    HUMAN,
    """
select (select count(*) from human)::numeric / nullif((select count(*) from asked), 0)""",
)
AVERAGE_FIRST_RESPONSE = then(
    HUMAN,
    """
select sum(response_ms) / 1000 / nullif(count(*), 0) as seconds
from human where first_response_at is not null""",
)

AGENT_CONVERSATIONS = HELD + "\nselect held_by, count(*) from held group by held_by"
AGENT_CUSTOMERS = HELD + "\nselect held_by, count(distinct customer_id) from held group by held_by"
AGENT_MESSAGES = then(
    HELD,
    """, turns as not materialized (
  select conversation_id, seq, case name
      when 'conversation.assigned' then (data ->> 'agent_id')::bigint
      when 'conversation.transferred' then (data ->> 'agent_id')::bigint
    end as agent_id
  from core_event
  where tenant_id = :tenant and name in (
    'conversation.assigned', 'conversation.transferred', 'conversation.queued', 'conversation.ended')
), written as (
  select e.conversation_id, coalesce(
      (select agent_id from turns t where t.conversation_id = e.conversation_id and t.seq < e.seq
       order by t.seq desc limit 1),
      (select agent_id from turns t where t.conversation_id = e.conversation_id and t.seq > e.seq
       and agent_id is not null order by t.seq limit 1)
    ) as agent_id
  from asked a
  join core_event e on e.tenant_id = a.tenant_id and e.conversation_id = a.id
  where e.name = 'message.posted' and e.actor_kind = 'customer'
)
select h.held_by, count(w.agent_id) from held h
left join written w on w.conversation_id = h.id and w.agent_id = h.held_by
group by h.held_by""",
)
HUMAN_REPLY_RATE = then(
    HELD,
    """
select held_by, count(*) filter (where exists (
    select from conversations_message m
    where m.tenant_id = held.tenant_id and m.conversation_id = held.id
      and m.author_kind = 'agent' and m.author_id = held.held_by and not m.note
  ))::numeric / count(*)
from held group by held_by""",
)
AGENT_FIRST_RESPONSE = then(
    HELD,
    """
select held_by,
  sum(response_ms) filter (where first_response_by_id = held_by) / 1000
    / nullif(count(*) filter (where first_response_by_id = held_by), 0) as seconds
from held group by held_by""",
)
AGENT_HANDOVER_RESPONSE = then(
    ASKED,
    """, parts as (
  select p.agent_id as held_by, p.conversation_id, greatest(p.began_at, a.asked_at) as since from asked a
  join conversations_participation p on p.tenant_id = a.tenant_id and p.conversation_id = a.id
), timed as (
  select p.held_by, floor(extract(epoch from min(m.created_at) - p.since) * 1000) as response_ms from parts p
  left join conversations_message m on m.tenant_id = :tenant and m.conversation_id = p.conversation_id
    and m.author_kind = 'agent' and m.author_id = p.held_by and not m.note and m.created_at >= p.since
  group by p.held_by, p.conversation_id, p.since
)
select held_by, sum(response_ms) / 1000 / nullif(count(response_ms), 0) as seconds from timed group by held_by""",
)
