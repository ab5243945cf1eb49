"""Metrics of agents, computed from their parts of conversations."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stats.engine import measures
from stats.metrics.metric import (
    CONVERSATIONS_ASKED,
    NO_CUSTOMER_MESSAGE,
    OTHER_MESSAGES,
    REPLIED,
    Metric,
    average,
    count,
    share,
)

PARTS_HELD = f"""{CONVERSATIONS_ASKED}, held as (
  select p.agent_id as held_by, a.* from asked a
  join conversations_participation p on p.tenant_id = a.tenant_id and p.conversation_id = a.id
)"""

AGENT_CONVERSATIONS = Metric(
    "agent_conversations",
    pgettext_lazy("metric", "Conversations"),
    _("Conversations that the agent held. A transferred one counts for each of its agents, and once in the total."),
    count(measures.CONVERSATIONS),
    f"""{PARTS_HELD}
select held_by, count(*) from held group by held_by""",
    numerator=_("Conversations with at least one customer message that the agent held"),
    exclusions=NO_CUSTOMER_MESSAGE,
    of_parts=True,
)
AGENT_CUSTOMERS = Metric(
    "agent_customers",
    _("Customers"),
    _("Different customers of the conversations that the agent held."),
    count(measures.CUSTOMERS),
    f"""{PARTS_HELD}
select held_by, count(distinct customer_id) from held group by held_by""",
    numerator=_("Distinct customers of the conversations that the agent held"),
    exclusions=NO_CUSTOMER_MESSAGE,
    of_parts=True,
)
AGENT_MESSAGES = Metric(
    "agent_messages",
    _("Customer messages"),
    _("Messages that customers wrote while the agent held the conversation, or before, while they waited for this"
      " agent. What nobody ever took belongs to nobody."),
    count(measures.CUSTOMER_MESSAGES),
    f"""{PARTS_HELD}, turns as not materialized (
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
    numerator=_("Messages written by customers in the agent's parts"),
    exclusions=OTHER_MESSAGES,
    of_parts=True,
)  # fmt: skip
HUMAN_REPLY_RATE = Metric(
    "human_reply_rate",
    _("Agent reply rate"),
    _("Of the conversations that the agent held, the share in which the agent wrote to the customer; in the total, in"
      " which any of the agents did."),
    share(measures.ANSWERED_CONVERSATIONS, measures.CONVERSATIONS),
    f"""{PARTS_HELD}
select held_by, count(*) filter (where exists (
    select from conversations_message m
    where m.tenant_id = held.tenant_id and m.conversation_id = held.id
      and m.author_kind = 'agent' and m.author_id = held.held_by and not m.note
  ))::numeric / count(*)
from held group by held_by""",
    numerator=_("Conversations in which the agent wrote a public message"),
    denominator=_("Conversations with at least one customer message that the agent held"),
    exclusions=_("Private notes are no reply"),
    of_parts=True,
)  # fmt: skip
AGENT_FIRST_RESPONSE = Metric(
    "agent_first_response",
    _("Average first response"),
    _("Time from the customer's first message to the first reply, on average over the conversations that this agent"
      " answered first; also where somebody else or the queue took the time."),
    average(measures.FIRST_RESPONSE_MS, measures.FIRST_RESPONSES),
    f"""{PARTS_HELD}
select held_by,
  sum(response_ms) filter (where first_response_by_id = held_by) / 1000
    / nullif(count(*) filter (where first_response_by_id = held_by), 0) as seconds
from held group by held_by""",
    numerator=_("Time from the customer's first message to the first public message of an agent after it, added up"),
    denominator=_("Conversations that the agent was the first to answer"),
    exclusions=_("Conversations that somebody else answered first; welcome texts and private notes are no reply"),
    behind=REPLIED,
    by={"agent": "replied_by", "group": "replied_group"},
    of_parts=True,
)  # fmt: skip
AGENT_HANDOVER_RESPONSE = Metric(
    "agent_handover_response",
    _("First reply after hand-over"),
    _("Time from the hand-over to the agent's first message, on average over the conversations that the agent answered;"
      " from the customer's first message where that came later. For who takes over from the queue or a colleague."),
    average(measures.HANDOVER_RESPONSE_MS, measures.HANDOVER_RESPONSES),
    f"""{CONVERSATIONS_ASKED}, parts as (
  select p.agent_id as held_by, p.conversation_id, greatest(p.began_at, a.asked_at) as since from asked a
  join conversations_participation p on p.tenant_id = a.tenant_id and p.conversation_id = a.id
), timed as (
  select p.held_by, floor(extract(epoch from min(m.created_at) - p.since) * 1000) as response_ms from parts p
  left join conversations_message m on m.tenant_id = :tenant and m.conversation_id = p.conversation_id
    and m.author_kind = 'agent' and m.author_id = p.held_by and not m.note and m.created_at >= p.since
  group by p.held_by, p.conversation_id, p.since
)
select held_by, sum(response_ms) / 1000 / nullif(count(response_ms), 0) as seconds from timed group by held_by""",
    numerator=_("Time from the hand-over to the agent's first public message after it, added up"),
    denominator=_("Parts of agents with such a message; a transferred conversation has several"),
    exclusions=_(
        "Parts without a reply; welcome texts and private notes are no reply. A second hand-over to the same agent."
    ),
    behind=REPLIED,
    by={"agent": "answered_by", "group": "answered_group"},
    of_parts=True,
)  # fmt: skip

WORKLOAD = (AGENT_CONVERSATIONS, AGENT_CUSTOMERS, AGENT_MESSAGES, HUMAN_REPLY_RATE, AGENT_FIRST_RESPONSE,
            AGENT_HANDOVER_RESPONSE)  # fmt: skip
