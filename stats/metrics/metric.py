"""Definition of a metric: label, formula over sums, the same as plain SQL, and the history filters behind it.

The SQL reads the tables of conversations, neither facts nor rollups, and is written for psql: `:tenant` is the tenant's
id, `:'since'` and `:'until'` are the first and last day in the tenant's time zone. No page runs it; a test compares its
result with pages, exports and rollups (docs/data-model.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stats.engine.measures import Measure, Sums

Value = int | float | None
Text = str | Promise
NO_DENOMINATOR = "–"  # shown where there is no denominator


class Unit(StrEnum):
    """The unit of a value: a number of things, a share between 0 and 1, seconds."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"


@dataclass(frozen=True)
class Formula:
    """A value computed from sums, of facts or of rollup rows."""

    unit: Unit
    value: Callable[[Sums], Value]


def ratio(numerator: int, denominator: int) -> float | None:
    """The quotient; None for a denominator of 0."""
    return numerator / denominator if denominator else None


def count(measure: Measure) -> Formula:
    """The value of a measure."""
    return Formula(Unit.COUNT, lambda sums: sums.of(measure))


def share(part: Measure, whole: Measure) -> Formula:
    """`part` divided by `whole`."""
    return Formula(Unit.SHARE, lambda sums: ratio(sums.of(part), sums.of(whole)))


def average(milliseconds: Measure, times: Measure) -> Formula:
    """The mean duration in seconds."""
    return Formula(Unit.SECONDS, lambda sums: ratio(sums.of(milliseconds), sums.of(times) * 1000))


ASKED = {"asked": "yes", "nuisance": "no"}
REPLIED = {**ASKED, "human": "yes", "replied": "yes"}


@dataclass(frozen=True)
class Metric:
    """One definition for tiles, tables, charts and exports.

    `behind` are the filters of the history page that list its conversations; `by` renames the report's agent and group
    filters there, where the metric counts by who answered. `of_parts`: it is computed from agents' parts.
    """

    name: str
    label: Text
    help: Text
    formula: Formula
    sql: str
    numerator: Text
    exclusions: Text
    denominator: Text = NO_DENOMINATOR
    behind: Mapping[str, str] = field(default_factory=lambda: ASKED)
    by: Mapping[str, str] = field(default_factory=dict)
    of_parts: bool = False

    @property
    def unit(self) -> Unit:
        """The unit of its values."""
        return self.formula.unit

    def value(self, sums: Sums) -> Value:
        """The value for these sums."""
        return self.formula.value(sums)


NO_CUSTOMER_MESSAGE = _("Conversations in which the customer wrote nothing, and those removed as a nuisance")
OTHER_MESSAGES = _("Messages of agents and robots, welcome texts, private notes. Recalled messages count.")

# How the SQL of metrics begins: the conversations in which the customer wrote, by the day on which they began.
CONVERSATIONS_ASKED = """\
with asked as (
  select c.*, floor(extract(epoch from c.first_response_at - c.asked_at) * 1000) as response_ms
  from conversations_conversation c
  join accounts_tenant t on t.id = c.tenant_id
  where c.tenant_id = :tenant and c.end_reason <> 'spam'
    and (c.opened_at at time zone t.time_zone)::date between :'since' and :'until'
    and exists (
      select from conversations_message m
      where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.author_kind = 'customer')
)"""
