"""Saving, changing and deleting saved views, by their own agents."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import SavedView
from accounts.saved_views import queries
from accounts.tenants.locks import lock_agent
from core.actors import Actor
from core.console.names import comparison_key, require_unused
from core.errors import Refusal

MAX_VIEWS = 20  # per agent and list
LONGEST_QUERY = 1000  # characters, as the column


class TooManyViews(Refusal):
    """The agent has `MAX_VIEWS` views of the list."""

    code = "too_many_views"
    text = _("You have 20 views of this list. Delete one first, or give the name of the one that is to be replaced.")


class TooMuchToKeep(Refusal):
    """The query string exceeds `LONGEST_QUERY`."""

    code = "too_much_to_keep"
    text = _("This filter is too long to be saved.")


@transaction.atomic
def save_view(*, actor: Actor, list_name: str, query: str, name: str, is_default: bool = False) -> SavedView:
    """Saves a list's query string under a name; replaces a view of that name.

    Raises `TooManyViews` and `TooMuchToKeep`.
    """
    if len(query) > LONGEST_QUERY:
        raise TooMuchToKeep
    lock_agent(actor.row_id)
    others = list(queries.views_of(actor, list_name))
    saved = next((each for each in others if comparison_key(each.name) == comparison_key(name)), None)
    if saved is None and len(others) >= MAX_VIEWS:
        raise TooManyViews
    _only_default(others, is_default)
    saved = saved or SavedView(agent_id=actor.row_id, list_name=list_name)
    return _write(saved, name=name, query=query, is_default=is_default)


@transaction.atomic
def change_view(*, actor: Actor, view: str, name: str, is_default: bool) -> SavedView:
    """Changes name and default. Raises `NotFound` and `NameTaken`."""
    lock_agent(actor.row_id)
    saved = queries.view(actor, view)
    others = queries.views_of(actor, saved.list_name).exclude(pk=saved.pk)
    require_unused(name, others.values_list("name", flat=True))
    _only_default(others, is_default)
    return _write(saved, name=name, is_default=is_default)


@transaction.atomic
def delete_view(*, actor: Actor, view: str) -> SavedView:
    """Deletes a view; returns it. Raises `NotFound`."""
    lock_agent(actor.row_id)
    saved = queries.view(actor, view)
    saved.delete()
    return saved


def _only_default(others: "list[SavedView] | QuerySet[SavedView]", is_default: bool) -> None:
    """Clears the default of the others first, since a list has at most one."""
    for each in others:
        if is_default and each.is_default:
            _write(each, is_default=False)


def _write(saved: SavedView, **values: Any) -> SavedView:
    for name, value in values.items():
        setattr(saved, name, value)
    saved.save(update_fields=list(values) if saved.pk else None)
    return saved
