"""The registry: each metric of the reports is defined here, once, for tiles, tables, charts and exports.

A metric knows its words, how its value comes from sums (of facts, or of rollup rows), the plain SQL that says the same
from the tables alone (docs/data-model.md shows it, a test runs it), and which conversations stand behind it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stats.metrics import sql

Value = int | float | None
Text = str | Promise


class Unit(StrEnum):
    """What a value is: a number of things, a share between 0 and 1, seconds."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Sums:
    """What metrics are computed from: a row of sums, with the distinct customers that cannot be added up.

    The columns mean what those of `DayRollup` mean.
    """

    conversations: int = 0
    customers: int = 0
    customer_messages: int = 0
    human_conversations: int = 0
    answered_conversations: int = 0
    first_responses: int = 0
    first_response_ms: int = 0
    handover_responses: int = 0
    handover_response_ms: int = 0


@dataclass(frozen=True)
class Metric:
    """One definition. `behind` are the filters of the history page that show its conversations."""

    name: str
    label: str | Promise
    help: str | Promise
    numerator: str | Promise
    denominator: str | Promise
    exclusions: str | Promise
    unit: Unit
    value: Callable[[Sums], Value]
    sql: str
    behind: Mapping[str, str] = field(default_factory=dict)


def ratio(numerator: int, denominator: int) -> float | None:
    """No value where there is nothing to divide by: that is not zero."""
    return numerator / denominator if denominator else None


def human_share(sums: Sums) -> Value:
    """How many of the conversations an agent held."""
    return ratio(sums.human_conversations, sums.conversations)


def answered_share(sums: Sums) -> Value:
    """In how many of the conversations the agents that are meant wrote."""
    return ratio(sums.answered_conversations, sums.conversations)


def first_response(sums: Sums) -> Value:
    """The average in seconds."""
    return ratio(sums.first_response_ms, sums.first_responses * 1000)


def handover_response(sums: Sums) -> Value:
    """The average in seconds."""
    return ratio(sums.handover_response_ms, sums.handover_responses * 1000)


ASKED = {"asked": "yes"}
HUMAN = {"asked": "yes", "human": "yes"}
REPLIED = {"asked": "yes", "human": "yes", "replied": "yes"}
UNDIVIDED = "–"  # a count is divided by nothing
SILENT = _("Conversations in which the customer wrote nothing")
OTHERS_WORDS = _("Messages of agents and robots, welcome texts, private notes. Recalled messages count.")

CONVERSATIONS = Metric(
    "conversations",
    pgettext_lazy("metric", "Conversations"),
    _("Conversations with at least one message of the customer, by the day they began."),
    _("Conversations with at least one customer message"),
    UNDIVIDED,
    SILENT,
    Unit.COUNT,
    lambda sums: sums.conversations,
    sql.CONVERSATIONS,
    ASKED,
)
CUSTOMERS = Metric(
    "customers",
    _("Customers"),
    _(
        "Different customers of these conversations. Who comes twice in the period counts once; the same person on two"
        " channels, or in two browsers, is two customers."
    ),
    _("Distinct customers of the conversations"),
    UNDIVIDED,
    SILENT,
    Unit.COUNT,
    lambda sums: sums.customers,
    sql.CUSTOMERS,
    ASKED,
)
CUSTOMER_MESSAGES = Metric(
    "customer_messages",
    _("Customer messages"),
    _("Messages that customers wrote in these conversations; messages of agents and robots do not count."),
    _("Messages written by customers"),
    UNDIVIDED,
    OTHERS_WORDS,
    Unit.COUNT,
    lambda sums: sums.customer_messages,
    sql.CUSTOMER_MESSAGES,
    ASKED,
)
HUMAN_CONVERSATIONS = Metric(
    "human_conversations",
    _("Agent-handled conversations"),
    _("Conversations that an agent held, by assignment, acceptance or transfer."),
    _("Conversations that an agent held"),
    UNDIVIDED,
    SILENT,
    Unit.COUNT,
    lambda sums: sums.human_conversations,
    sql.HUMAN_CONVERSATIONS,
    HUMAN,
)
HUMAN_RATE = Metric(
    "human_rate",
    _("Agent-handled rate"),
    _("Agent-handled conversations divided by conversations."),
    _("Conversations that an agent held"),
    _("Conversations with at least one customer message"),
    SILENT,
    Unit.SHARE,
    human_share,
    sql.HUMAN_RATE,
    HUMAN,
)
AVERAGE_FIRST_RESPONSE = Metric(
    "average_first_response",
    _("Average first response"),
    _("Time from the customer's first message to the first message of an agent after it, on average over agent-handled"
      " conversations that got a reply."),
    _("Time from the customer's first message to the first public message of an agent after it, added up"),
    _("Agent-handled conversations that got a reply"),
    _("Conversations without a reply; welcome texts and private notes are no reply"),
    Unit.SECONDS,
    first_response,
    sql.AVERAGE_FIRST_RESPONSE,
    REPLIED,
)  # fmt: skip

AGENT_CONVERSATIONS = Metric(
    "agent_conversations",
    pgettext_lazy("metric", "Conversations"),
    _("Conversations that the agent held. A transferred one counts for each of its agents, and once in the total."),
    _("Conversations with at least one customer message that the agent held"),
    UNDIVIDED,
    SILENT,
    Unit.COUNT,
    lambda sums: sums.conversations,
    sql.AGENT_CONVERSATIONS,
    ASKED,
)
AGENT_CUSTOMERS = Metric(
    "agent_customers",
    _("Customers"),
    _("Different customers of the conversations that the agent held."),
    _("Distinct customers of the conversations that the agent held"),
    UNDIVIDED,
    SILENT,
    Unit.COUNT,
    lambda sums: sums.customers,
    sql.AGENT_CUSTOMERS,
    ASKED,
)
AGENT_MESSAGES = Metric(
    "agent_messages",
    _("Customer messages"),
    _("Messages that customers wrote while the agent held the conversation, or before, while they waited for this"
      " agent. What nobody ever took belongs to nobody."),
    _("Messages written by customers in the agent's parts"),
    UNDIVIDED,
    OTHERS_WORDS,
    Unit.COUNT,
    lambda sums: sums.customer_messages,
    sql.AGENT_MESSAGES,
    ASKED,
)  # fmt: skip
HUMAN_REPLY_RATE = Metric(
    "human_reply_rate",
    _("Agent reply rate"),
    _("Of the conversations that the agent held, the share in which the agent wrote to the customer; in the total, in"
      " which any of the agents did."),
    _("Conversations in which the agent wrote a public message"),
    _("Conversations with at least one customer message that the agent held"),
    _("Private notes are no reply"),
    Unit.SHARE,
    answered_share,
    sql.HUMAN_REPLY_RATE,
    ASKED,
)  # fmt: skip
AGENT_FIRST_RESPONSE = Metric(
    "agent_first_response",
    _("Average first response"),
    _("Time from the customer's first message to the first reply, on average over the conversations that this agent"
      " answered first; also where somebody else or the queue took the time."),
    _("Time from the customer's first message to the first public message of an agent after it, added up"),
    _("Conversations that the agent was the first to answer"),
    _("Conversations that somebody else answered first; welcome texts and private notes are no reply"),
    Unit.SECONDS,
    first_response,
    sql.AGENT_FIRST_RESPONSE,
    REPLIED,
)  # fmt: skip
AGENT_HANDOVER_RESPONSE = Metric(
    "agent_handover_response",
    _("First reply after hand-over"),
    _("Time from the hand-over to the agent's first message, on average over the conversations that the agent answered;"
      " from the customer's first message where that came later. For who takes over from the queue or a colleague."),
    _("Time from the hand-over to the agent's first public message after it, added up"),
    _("Parts of agents with such a message; a transferred conversation has several"),
    _("Parts without a reply; welcome texts and private notes are no reply. A second hand-over to the same agent."),
    Unit.SECONDS,
    handover_response,
    sql.AGENT_HANDOVER_RESPONSE,
    REPLIED,
)  # fmt: skip

OVERVIEW = (CONVERSATIONS, CUSTOMERS, CUSTOMER_MESSAGES, HUMAN_CONVERSATIONS, HUMAN_RATE, AVERAGE_FIRST_RESPONSE)
WORKLOAD = (AGENT_CONVERSATIONS, AGENT_CUSTOMERS, AGENT_MESSAGES, HUMAN_REPLY_RATE, AGENT_FIRST_RESPONSE,
            AGENT_HANDOVER_RESPONSE)  # fmt: skip
METRICS = {metric.name: metric for metric in (*OVERVIEW, *WORKLOAD)}

# What holds for all of them: pages, exports and docs/data-model.md say it beside the definitions.
READINGS: tuple[tuple[Text, Text], ...] = (
    (
        _("Agent group"),
        _("A group stands for the conversations that agents were given through it, as it was at that moment: who leaves"
          " the group or the company later changes nothing. What somebody accepted, or was transferred, counts in the"
          " first of their groups that serves the service account."),
    ),
    (
        _("Agents"),
        _("Enabled agents whom the rules give conversations stand there with 0 if they held nothing. Deleted agents"
          " keep their numbers and are marked."),
    ),
    (
        _("Recalled messages"),
        _("A recalled message was written, and counts: of customers as a message, of agents as a reply."),
    ),
    (
        _("First response of groups and agents"),
        _("Conversations that somebody else answered first are left out of the average, not of the other numbers."),
    ),
)  # fmt: skip
