"""Metrics of all conversations."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stats.engine import measures
from stats.metrics.metric import (
    ASKED,
    CONVERSATIONS_ASKED,
    NO_CUSTOMER_MESSAGE,
    OTHER_MESSAGES,
    REPLIED,
    Metric,
    average,
    count,
    share,
)

HUMAN = {**ASKED, "human": "yes"}
CONVERSATIONS_HELD = f"""{CONVERSATIONS_ASKED}, human as (
  select a.* from asked a
  where exists (
    select from conversations_participation p where p.tenant_id = a.tenant_id and p.conversation_id = a.id)
)"""

CONVERSATIONS = Metric(
    "conversations",
    pgettext_lazy("metric", "Conversations"),
    _("Conversations with at least one message of the customer, by the day they began."),
    count(measures.CONVERSATIONS),
    f"""{CONVERSATIONS_ASKED}
select count(*) from asked""",
    numerator=_("Conversations with at least one customer message"),
    exclusions=NO_CUSTOMER_MESSAGE,
)
CUSTOMERS = Metric(
    "customers",
    _("Customers"),
    _(
        "Different customers of these conversations. Who comes twice in the period counts once; the same person on two"
        " channels, or in two browsers, is two customers."
    ),
    count(measures.CUSTOMERS),
    f"""{CONVERSATIONS_ASKED}
select count(distinct customer_id) from asked""",
    numerator=_("Distinct customers of the conversations"),
    exclusions=NO_CUSTOMER_MESSAGE,
)
CUSTOMER_MESSAGES = Metric(
    "customer_messages",
    _("Customer messages"),
    _("Messages that customers wrote in these conversations; messages of agents and robots do not count."),
    count(measures.CUSTOMER_MESSAGES),
    f"""{CONVERSATIONS_ASKED}
select count(*) from asked a
join conversations_message m on m.tenant_id = a.tenant_id and m.conversation_id = a.id
where m.author_kind = 'customer'""",
    numerator=_("Messages written by customers"),
    exclusions=OTHER_MESSAGES,
)
HUMAN_CONVERSATIONS = Metric(
    "human_conversations",
    _("Agent-handled conversations"),
    _("Conversations that an agent held, by assignment, acceptance or transfer."),
    count(measures.HUMAN_CONVERSATIONS),
    f"""{CONVERSATIONS_HELD}
select count(*) from human""",
    numerator=_("Conversations that an agent held"),
    exclusions=NO_CUSTOMER_MESSAGE,
    behind=HUMAN,
)
HUMAN_RATE = Metric(
    "human_rate",
    _("Agent-handled rate"),
    _("Agent-handled conversations divided by conversations."),
    share(measures.HUMAN_CONVERSATIONS, measures.CONVERSATIONS),
    f"""{CONVERSATIONS_HELD}
select (select count(*) from human)::numeric / nullif((select count(*) from asked), 0)""",
    numerator=_("Conversations that an agent held"),
    denominator=_("Conversations with at least one customer message"),
    exclusions=NO_CUSTOMER_MESSAGE,
    behind=HUMAN,
)
AVERAGE_FIRST_RESPONSE = Metric(
    "average_first_response",
    _("Average first response"),
    _("Time from the customer's first message to the first message of an agent after it, on average over agent-handled"
      " conversations that got a reply."),
    average(measures.FIRST_RESPONSE_MS, measures.FIRST_RESPONSES),
    f"""{CONVERSATIONS_HELD}
select sum(response_ms) / 1000 / nullif(count(*), 0) as seconds
from human where first_response_at is not null""",
    numerator=_("Time from the customer's first message to the first public message of an agent after it, added up"),
    denominator=_("Agent-handled conversations that got a reply"),
    exclusions=_("Conversations without a reply; welcome texts and private notes are no reply"),
    behind=REPLIED,
)  # fmt: skip

OVERVIEW = (CONVERSATIONS, CUSTOMERS, CUSTOMER_MESSAGES, HUMAN_CONVERSATIONS, HUMAN_RATE, AVERAGE_FIRST_RESPONSE)
