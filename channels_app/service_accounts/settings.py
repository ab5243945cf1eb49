"""Service accounts as places of settings."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.settings.levels import LevelSpec, Named, register_level
from channels_app.models import ServiceAccount
from channels_app.reception.places import account_place
from core.actors import Actor
from core.settings.levels import Level, Place


def _find(public_id: str) -> Place | None:
    found = ServiceAccount.objects.filter(public_id=public_id).first()
    return account_place(found) if found else None


def _listed(reader: Actor, speaking: Collection[int]) -> "QuerySet[Any, Named]":
    return ServiceAccount.objects.order_by("pk").values_list("pk", "name", "public_id")


register_level(LevelSpec(Level.SERVICE_ACCOUNT, _("Service account"), find=_find, children=_listed))
