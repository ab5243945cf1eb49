"""Reads of tool panels."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import Membership
from channels_app.origins import origin_of
from core.console.ordering import AlphabeticalOrder
from customers.models import ToolPanel, ToolPanelAccount, ToolPanelGroup


def with_places(panels: Sequence[ToolPanel] | None = None) -> QuerySet[ToolPanel]:
    """Panels, all by default, with their groups and service accounts."""
    rows = ToolPanel.objects.prefetch_related("shown_to__group", "shown_beside__service_account")
    return rows if panels is None else rows.filter(pk__in=[panel.pk for panel in panels])


def group_names(panel: ToolPanel) -> list[str]:
    """The groups that see it; empty for all."""
    return sorted(each.group.name for each in panel.shown_to.all())


def account_names(panel: ToolPanel) -> list[str]:
    """The service accounts beside which it stands; empty for all."""
    return sorted(each.service_account.name for each in panel.shown_beside.all())


def seen_by_group_alone(group_id: int) -> list[str]:
    """Names of the panels that no other group sees."""
    others = ToolPanelGroup.objects.exclude(group=group_id).values("panel")
    panels = ToolPanel.objects.filter(shown_to__group=group_id).exclude(pk__in=others)
    return [
        gettext("%(name)s (tool panel)") % {"name": each.name} for each in panels.order_by(AlphabeticalOrder("name"))
    ]


def panels_for(agent_id: int) -> QuerySet[ToolPanel]:
    """What the agent sees, beside whatever conversation: panels for all, and those of the agent's groups."""
    groups = ToolPanelGroup.objects.filter(panel=OuterRef("pk"))
    own = groups.filter(group__in=Membership.objects.filter(agent=agent_id).values("group"))
    return ToolPanel.objects.filter(~Exists(groups) | Exists(own)).order_by("-sort", AlphabeticalOrder("name"))


def origins_for(agent_id: int) -> list[str]:
    """The origins of the panels that the agent may see."""
    return sorted({origin for panel in panels_for(agent_id) if (origin := origin_of(panel.url))})


def panels_beside(service_account_id: int, *, agent_id: int) -> QuerySet[ToolPanel]:
    """What the agent sees beside the conversations of a service account."""
    accounts = ToolPanelAccount.objects.filter(panel=OuterRef("pk"))
    here = accounts.filter(service_account=service_account_id)
    return panels_for(agent_id).filter(Q(~Exists(accounts)) | Exists(here))
