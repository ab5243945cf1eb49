"""Definitions of everything counted: facts with the rules that compute them, measures with the fact that each sums up.

A *fact* is the contribution of one conversation, or of one agent's part of it: a column of `ConversationFact` and of
`AgentFact`. A *measure* is a sum of facts: a column of `DayRollup`, unless it counts distinct values, which cannot be
summed by day. Counting, its SQL, reports and `Sums` derive from `MEASURES` (docs/adding.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Literal

from django.db.models import Aggregate, Count, Q, Sum

from stats.engine.facts import Part, Story

RuleOfAll = Callable[[Story], object]
RuleOfPart = Callable[[Story, Part], object]
Rule = RuleOfAll | RuleOfPart | Literal[True] | None


@dataclass(frozen=True)
class Fact:
    """A column of the tables of facts, with the rule for each table.

    True: the fact holds for each row of that table, None: for no row. Neither needs a column there.
    """

    name: str
    of_all: RuleOfAll | Literal[True] | None
    of_part: RuleOfPart | Literal[True] | None


@dataclass(frozen=True)
class Adding:
    """How a fact is summed.

    `sql` is for rows that are conversations or one agent's parts; "" for what cannot be summed by day. `sql_of_several`
    and `over_parts` are for parts of several agents, where a conversation counts once.
    """

    sql: str
    sql_of_several: str
    over_parts: Callable[[str], Aggregate]


def conversations(**of: Any) -> Aggregate:
    """The number of distinct conversations."""
    return Count("conversation_id", distinct=True, **of)


CASES = Adding(  # rows that have it
    "count(*) filter (where {fact})",
    "count(distinct conversation_id) filter (where {fact})",
    lambda fact: conversations(filter=Q(**{fact: True})),
)
GIVEN = Adding("count({fact})", "count({fact})", Count)  # rows that have a value
TOTAL = Adding("coalesce(sum({fact}), 0)", "coalesce(sum({fact}), 0)", Sum)
DIFFERENT = Adding("", "", lambda fact: Count(fact, distinct=True))  # distinct values


@dataclass(frozen=True)
class Measure:
    """A column of `DayRollup` and an attribute of `Sums`."""

    name: str
    fact: Fact
    sum: Adding

    @property
    def alias(self) -> str:
        """Its name in statements, which must differ from the fact's."""
        return f"sum_{self.name}"

    @property
    def sql_of_all(self) -> str:
        """SQL over conversation facts."""
        return self._sql(self.fact.of_all, "count(*)", self.sum.sql)

    @property
    def sql_of_part(self) -> str:
        """SQL over one agent's facts."""
        return self._sql(self.fact.of_part, "count(*)", self.sum.sql)

    @property
    def sql_of_several(self) -> str:
        """SQL over the facts of several agents."""
        return self._sql(self.fact.of_part, "count(distinct conversation_id)", self.sum.sql_of_several)

    def _sql(self, rule: Rule, of_each: str, of_some: str) -> str:
        if rule is None:
            return "0"
        return of_each if rule is True else of_some.format(fact=self.fact.name)

    @property
    def over_parts(self) -> Aggregate:
        """An aggregate over the facts of several agents."""
        return conversations() if self.fact.of_part is True else self.sum.over_parts(self.fact.name)


# --- facts ------------------------------------------------------------------------------------------------------------

ASKED = Fact("asked", of_all=True, of_part=True)  # a conversation without a customer's message has no facts at all
CUSTOMER = Fact("customer_id", lambda story: story.row.customer_id, lambda story, part: story.row.customer_id)
MESSAGES = Fact(
    "customer_messages",
    of_all=lambda story: story.talk.customer_messages,
    of_part=lambda story, part: story.talk.received[part.agent],
)
HUMAN = Fact("human", of_all=lambda story: bool(story.parts), of_part=True)
FIRST_RESPONSE = Fact(
    "first_response_ms",
    of_all=lambda story: story.response_ms if story.parts else None,
    of_part=lambda story, part: story.response_ms if story.row.first_response_by_id == part.agent else None,
)
REPLIED = Fact(
    "replied",
    of_all=lambda story: bool(story.parts) and story.response_ms is not None,
    of_part=lambda story, part: part.agent in story.talk.wrote,
)
HANDOVER_RESPONSE = Fact("handover_response_ms", of_all=None, of_part=lambda story, part: part.response_ms)

# --- measures ---------------------------------------------------------------------------------------------------------

CONVERSATIONS = Measure("conversations", fact=ASKED, sum=CASES)
CUSTOMERS = Measure("customers", fact=CUSTOMER, sum=DIFFERENT)
CUSTOMER_MESSAGES = Measure("customer_messages", fact=MESSAGES, sum=TOTAL)
HUMAN_CONVERSATIONS = Measure("human_conversations", fact=HUMAN, sum=CASES)
ANSWERED_CONVERSATIONS = Measure("answered_conversations", fact=REPLIED, sum=CASES)
FIRST_RESPONSES = Measure("first_responses", fact=FIRST_RESPONSE, sum=GIVEN)
FIRST_RESPONSE_MS = Measure("first_response_ms", fact=FIRST_RESPONSE, sum=TOTAL)
HANDOVER_RESPONSES = Measure("handover_responses", fact=HANDOVER_RESPONSE, sum=GIVEN)
HANDOVER_RESPONSE_MS = Measure("handover_response_ms", fact=HANDOVER_RESPONSE, sum=TOTAL)

MEASURES = (
    CONVERSATIONS,
    CUSTOMERS,
    CUSTOMER_MESSAGES,
    HUMAN_CONVERSATIONS,
    ANSWERED_CONVERSATIONS,
    FIRST_RESPONSES,
    FIRST_RESPONSE_MS,
    HANDOVER_RESPONSES,
    HANDOVER_RESPONSE_MS,
)


class Sums(SimpleNamespace):
    """A number for each measure, as attributes; 0 where none is given."""

    def __init__(self, **given: int | None) -> None:
        super().__init__(**{measure.name: given.get(measure.name) or 0 for measure in MEASURES})

    def of(self, measure: Measure) -> int:
        """The number of a measure."""
        return int(getattr(self, measure.name))

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Sums":
        """From a row with the columns of `over_rollups`, `over_facts` or `over_parts`."""
        return cls(**{measure.name: row.get(measure.alias) for measure in MEASURES})


def rules_of_all() -> dict[str, RuleOfAll]:
    """Columns of conversation facts → the rules that fill them."""
    rules = {measure.fact.name: measure.fact.of_all for measure in MEASURES}
    return {name: rule for name, rule in rules.items() if callable(rule)}


def rules_of_parts() -> dict[str, RuleOfPart]:
    """Columns of agents' facts → the rules that fill them."""
    rules = {measure.fact.name: measure.fact.of_part for measure in MEASURES}
    return {name: rule for name, rule in rules.items() if callable(rule)}


def kept() -> list[Measure]:
    """The measures that can be summed by day, which rollups keep."""
    return [measure for measure in MEASURES if measure.sum.sql]


def over_rollups() -> dict[str, Aggregate]:
    """Aggregates over rollups, of the measures they keep."""
    return {measure.alias: Sum(measure.name) for measure in kept()}


def over_facts() -> dict[str, Aggregate]:
    """Aggregates over the facts of all conversations or of one agent, of the measures that rollups do not keep."""
    return {measure.alias: measure.over_parts for measure in MEASURES if not measure.sum.sql}


def over_parts() -> dict[str, Aggregate]:
    """Aggregates over the facts of several agents, of all measures."""
    return {measure.alias: measure.over_parts for measure in MEASURES if measure.fact.of_part is not None}
