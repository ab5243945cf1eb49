"""What each agent did today: the workload report's own metrics, of the rollups of the day.

They are as fresh as the rollups: what happened is counted every few seconds (`stats/engine/sweeps.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from stats.engine import measures
from stats.engine.measures import Sums
from stats.metrics.agents import AGENT_CONVERSATIONS, AGENT_FIRST_RESPONSE
from stats.metrics.metric import Metric, Text, Value
from stats.models import DayRollup


@dataclass(frozen=True)
class Figure:
    """A column of the agents: its name on the wire, its head, and the metric, which must be one that rollups keep."""

    name: str
    label: Text
    metric: Metric


FIGURES = (
    Figure("conversations", _("Conversations today"), AGENT_CONVERSATIONS),
    Figure("first_response", _("First response today"), AGENT_FIRST_RESPONSE),
)


def values(sums: Sums) -> dict[str, Value]:
    """Each figure's value: a number, or seconds; None where there is nothing to divide by."""
    return {figure.name: figure.metric.value(sums) for figure in FIGURES}


def by_agent(day: date) -> Mapping[int, dict[str, Value]]:
    """The values of the day by agent, of those who held something. One query."""
    rows = DayRollup.objects.filter(day=day, agent__isnull=False).order_by().values("agent_id")
    return {row["agent_id"]: values(Sums.read(row)) for row in rows.annotate(**measures.over_rollups())}
