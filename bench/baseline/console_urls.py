"""kefu's routes with the baseline's list of agents."""

from typing import Any

from django.http import HttpResponseBase

from accounts.agents import queries as agent_queries
from accounts.agents.filters import AgentFilter
from accounts.agents.subject import AGENT
from accounts.models import Agent
from accounts.permissions import Permission
from core.console.listing import Listing, list_page
from core.web.request import TenantRequest
from core.web.routes import route
from kefu.urls import urlpatterns as addresses

SORTS: dict[str, tuple[Any, ...]] = {"number": ("number",), "load": ("number",)}


def agents(request: TenantRequest) -> HttpResponseBase:
    """The list with queries for role, groups and load of each row."""
    listing: Listing[Agent] = Listing(
        request, rows=agent_queries.agents(), filters=AgentFilter, sorts=SORTS, default="number"
    )
    for agent in listing.page.object_list:
        joined = agent.memberships.order_by("-group__sort", "group_id")
        vars(agent)["groups"] = [agent_queries.InGroup(each.group.name, each.weight) for each in joined]
        vars(agent)["load"] = agent.conversations.filter(state="active").count()
    used, most = agent_queries.quota()
    context = {"subject": AGENT, "used": used, "most": most}
    return list_page(request, listing, AGENT.list_template, "console/_list.html", context)


urlpatterns = [route("console/agents/", agents, to=Permission.MANAGE_TEAM, name="agents"), *addresses]
