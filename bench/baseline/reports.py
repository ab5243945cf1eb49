"""The baseline's reports: distinct customers, and the totals of agents, are counted over all facts.

Everything else is kefu's own: server, pages, and the sums of rollups that can be added up.
"""

import os
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "kefu.settings"

from django.core.asgi import get_asgi_application

application = get_asgi_application()

from django.db.models import QuerySet  # noqa: E402 – models are there when Django is set up

from stats.engine import measures  # noqa: E402
from stats.engine.measures import Sums  # noqa: E402
from stats.models import AgentFact, DayRollup  # noqa: E402
from stats.reports import queries  # noqa: E402
from stats.reports.queries import TOGETHER, Selection, Source  # noqa: E402


def sums(column: str, selection: Selection, source: Source) -> dict[Any, Sums]:
    """As `stats.reports.queries._sums`, in whose place it stands."""
    if source is TOGETHER:
        parts = selection.of(AgentFact.objects.all()).order_by().values(column).annotate(**measures.over_parts())
        return {row[column]: Sums.read(row) for row in parts}
    facts: QuerySet[Any] = source.facts._default_manager.all()
    counted = selection.of(facts).order_by().values(column).annotate(**measures.over_facts())
    others = {row[column]: row for row in counted}
    rollups = selection.of(DayRollup.objects.filter(source.rollups)).order_by().values(column)
    rows = rollups.annotate(**measures.over_rollups())
    return {row[column]: Sums.read(others.get(row[column], {}) | row) for row in rows}


queries._sums = sums
