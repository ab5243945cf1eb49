"""The overview: all conversations of a period, by day."""

from django.utils.translation import gettext_lazy as _

from stats.engine.measures import Sums
from stats.metrics.agents import AGENT_CONVERSATIONS, AGENT_CUSTOMERS, AGENT_FIRST_RESPONSE, WORKLOAD
from stats.metrics.overview import AVERAGE_FIRST_RESPONSE, CONVERSATIONS, CUSTOMERS, HUMAN_CONVERSATIONS, OVERVIEW
from stats.reports import queries
from stats.reports.filters import ComparedFilter
from stats.reports.queries import Selection
from stats.reports.report import Chart, Head, Report, Row, by_name


def days(selection: Selection) -> list[Row]:
    """A row for each day, also for those without numbers."""
    sums = queries.by_day(selection)
    return [
        Row(str(day), sums.get(day, Sums()), {"from": str(day), "to": str(day)}, about=day, more={"day": day})
        for day in selection.days.all()
    ]


REPORT = Report(
    name="overview",
    title=_("Overview"),
    address="console/overview/",
    icon="presentation-chart-line",
    section="",
    place=20,
    rows=days,
    total=queries.total,
    head=Head(_("Day"), sort="day", keys=("day",), ties=("day",), cell="stats/reports/_day.html"),
    columns=by_name(*OVERVIEW),
    agent_columns=by_name(*WORKLOAD),
    default="-day",
    file_name=_("Overview"),
    filters=ComparedFilter,
    caption=_("By day"),
    tiles=True,
    charts=(
        Chart(
            "conversations",
            _("Conversations by day"),
            lines=(CONVERSATIONS, HUMAN_CONVERSATIONS, CUSTOMERS),
            agent_lines=(AGENT_CONVERSATIONS, AGENT_CUSTOMERS),
        ),
        Chart(
            "response",
            _("Average first response by day"),
            lines=(AVERAGE_FIRST_RESPONSE,),
            agent_lines=(AGENT_FIRST_RESPONSE,),
        ),
    ),
)
