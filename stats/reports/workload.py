"""The workload report: one row per agent."""

from django.utils.translation import gettext_lazy as _

from core.console.spreadsheet import Column
from stats.metrics.agents import (
    AGENT_CONVERSATIONS,
    AGENT_CUSTOMERS,
    AGENT_FIRST_RESPONSE,
    AGENT_HANDOVER_RESPONSE,
    AGENT_MESSAGES,
    HUMAN_REPLY_RATE,
)
from stats.reports import queries
from stats.reports.queries import Selection
from stats.reports.report import Head, Report, Row


def agents(selection: Selection) -> list[Row]:
    """Agents with parts, and those who could have had some."""
    return [
        Row(
            work.agent.nickname,
            work.sums,
            {"agent": work.agent.public_id},
            about=work.agent,
            more={"number": work.agent.number, "deleted": _("Deleted") if work.agent.deleted_at else None},
        )
        for work in queries.by_agent(selection)
    ]


REPORT = Report(
    name="workload",
    title=_("Agent workload"),
    address="console/reports/workload/",
    icon="chart-bar",
    section="reports",
    place=10,
    rows=agents,
    total=queries.parts_total,
    head=Head(_("Agent"), keys=("name", "number"), ties=("-name", "-number"), cell="stats/reports/_agent.html"),
    columns={
        "conversations": AGENT_CONVERSATIONS,
        "customers": AGENT_CUSTOMERS,
        "messages": AGENT_MESSAGES,
        "reply_rate": HUMAN_REPLY_RATE,
        "first_response": AGENT_FIRST_RESPONSE,
        "handover_response": AGENT_HANDOVER_RESPONSE,
    },
    default="-conversations",
    file_name="企微客服工作量",  # the file name that customers were promised, in every language
    file_columns=(
        Column(_("Number"), lambda row: row.more.get("number")),
        Column(_("Deleted"), lambda row: row.more.get("deleted"), width=10),
    ),
    nothing=(_("No conversations in this period"), _("Choose other days.")),
)
