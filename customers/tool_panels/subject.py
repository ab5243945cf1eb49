"""Tool panels as a subject of the console."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from core.console.columns import Column
from core.console.subject import Detail, Subject, Words, register
from customers.models import ToolPanel
from customers.tool_panels import queries


def _audited(panels: Sequence[ToolPanel]) -> list[dict[str, Any]]:
    stored = {panel.pk: panel for panel in queries.with_places(panels)}
    return [
        {
            "name": panel.name,
            "url": panel.url,
            "height": panel.height,
            "sort": panel.sort,
            "shares_contact": panel.shares_contact,
            "groups": queries.group_names(stored[panel.pk]),
            "accounts": queries.account_names(stored[panel.pk]),
        }
        for panel in panels
    ]


TOOL_PANEL = register(
    Subject(
        "tool_panel",
        page="customers:tool_panel",
        home="customers:tool_panels",
        address="console/tool-panels/",
        permission=Permission.MANAGE_SETTINGS,
        section="settings",
        place=30,
        icon="puzzle-piece",
        words=Words(
            one=_("Tool panel"),
            many=_("Tool panels"),
            new=_("New tool panel"),
            none=_("No tool panels yet"),
            lead=_("Pages of your own systems beside the conversation: orders, members, repairs."),
            why=_("The page is told which customer it is about, signed, so that it can be sure."),
        ),
        objects=ToolPanel.objects.all,
        rows=lambda reader: queries.with_places(),
        columns=(
            Column("name", _("Name"), "name", link=True),
            Column("url", _("Address"), sort=None, width=50),
            Column(
                "groups",
                _("Agent groups"),
                sort=None,
                value=lambda panel: gettext(", ").join(queries.group_names(panel)) or gettext("All"),
            ),
            Column(
                "accounts",
                _("Service accounts"),
                sort=None,
                value=lambda panel: gettext(", ").join(queries.account_names(panel)) or gettext("All"),
            ),
            Column("sort", _("Priority"), "number", sort=("sort", "-pk")),
        ),
        default="-sort",
        audited=(
            "name",
            Detail("url", _("Address")),
            Detail("height", _("Height")),
            "sort",
            Detail("shares_contact", _("Phone and e-mail are passed on")),
            Detail("groups", _("Agent groups")),
            Detail("accounts", _("Service accounts")),
        ),
        snapshots_of=_audited,
        acts={"secret_renewed": _("Secret of a tool panel renewed")},
        exports=True,
        form_template="customers/tool_panels/form.html",
    )
)
