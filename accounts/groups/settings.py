"""Groups as places of settings."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from accounts.settings.levels import LevelSpec, Named, register_level
from accounts.settings.places import group_place
from core.actors import Actor
from core.settings.levels import Level, Place


def _find(public_id: str) -> Place | None:
    found = Group.objects.filter(public_id=public_id).first()
    return group_place(found) if found else None


def _listed(reader: Actor, speaking: Collection[int]) -> "QuerySet[Any, Named]":
    return Group.objects.values_list("pk", "name", "public_id")


register_level(LevelSpec(Level.GROUP, _("Agent group"), find=_find, children=_listed))
