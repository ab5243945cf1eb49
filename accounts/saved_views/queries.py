"""Reads of saved views, limited to the agent's own."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Agent, SavedView
from core.actors import Actor
from core.rows import one_or_404, valid_id
from core.statements import columns_of, look_up_objects

VIEWS = f"""
select {columns_of(SavedView, "v")} from accounts_savedview v
where v.tenant_id = %(tenant)s and v.agent_id = %(agent)s and v.list_name = %(list)s order by v.id
"""  # noqa: S608 – made of the columns' names


def views_of(actor: Actor, list_name: str) -> QuerySet[SavedView]:
    """The actor's views of a list, the oldest first."""
    return SavedView.objects.filter(agent=actor.row_id, list_name=list_name)


def view(actor: Actor, public_id: str) -> SavedView:
    """One of the actor's; raises `NotFound`."""
    return one_or_404(SavedView.objects.filter(agent=actor.row_id, public_id=valid_id(public_id)))


def views_for(request: HttpRequest) -> Sequence[SavedView]:
    """The reader's views of the list at the request's address (`core/console/listing.py`)."""
    reader, match = getattr(request, "user", None), request.resolver_match
    if not isinstance(reader, Agent) or match is None:
        return ()
    found = look_up_objects(VIEWS, SavedView, tenant=reader.tenant_id, agent=reader.pk, list=match.view_name)
    return [view for (view,) in found]
