"""The only writer of overrides (`core_setting`)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from accounts.audit import record as audit
from accounts.permissions import Permission
from accounts.settings.levels import spec_of
from accounts.tenants.locks import lock_agent, lock_tenant
from core import bus, clock
from core.actors import Actor
from core.errors import Forbidden, NotFound, Refusal, Stale
from core.events.settings import SettingsChanged
from core.models import SettingValue
from core.settings.declare import Setting, change_handlers_of, setting_named, settings_at
from core.settings.levels import Level, Place
from core.settings.resolve import Override, resolve
from core.settings.stored import overrides_of
from core.tenancy.scope import current_tenant_id


class LockedAbove(Refusal):
    """The setting is locked by a place above, or at this place for an actor who may not lock."""

    code = "locked_above"
    status = 409
    text = _("Set for everybody by the administrator.")


class ChangedMeanwhile(Stale):
    """The place's override differs from what the actor has seen."""


class NotSetHere(Refusal):
    """The setting cannot be set at this level."""

    code = "not_set_here"
    text = _("This cannot be set here.")


class BadValue(Refusal):
    """The value has the wrong type, exceeds its bounds, or has a fault."""

    code = "bad_value"
    text = _("This value is not possible.")


def settable(actor: Actor, place: Place) -> list[Setting]:
    """The settings that the actor may set at the place, in the order of pages.

    Needs MANAGE_SETTINGS, or the permission that the declaration names for the level (`set_by`). Locks need
    MANAGE_SETTINGS.
    """
    if not spec_of(place.level).may_edit(actor, place):
        return []
    here = settings_at(place.level)
    if may_lock(actor):
        return here
    return [each for each in here if place.level in each.set_by and actor.may(each.set_by[place.level])]


def may_set(actor: Actor, place: Place) -> bool:
    """Whether the actor may set any setting at the place."""
    return bool(settable(actor, place))


def may_lock(actor: Actor) -> bool:
    """Whether the actor may lock settings for the places below."""
    return actor.may(Permission.MANAGE_SETTINGS)


def set_override(*, actor: Actor, place: Place, setting: str, value: Any, locked: bool = False) -> None:
    """Sets the place's override; an equal one changes nothing. `value`: a value of the setting, or its JSON. Raises as
    `change`."""
    change(actor=actor, place=place, overrides={setting: Override(value, locked)})


def clear_override(*, actor: Actor, place: Place, setting: str) -> None:
    """Removes the place's override, so that it inherits. Raises as `change`."""
    change(actor=actor, place=place, overrides={setting: None})


@transaction.atomic
def change(
    *,
    actor: Actor,
    place: Place,
    overrides: Mapping[str, Override | None],
    seen: Mapping[str, Override | None] | None = None,
) -> None:
    """Sets or (None) removes several overrides of a place, all or none.

    `seen` are the overrides that the actor saw; raises `ChangedMeanwhile` where they differ by now, `NotFound` where
    the place was deleted, and the refusals above.
    """
    settings = [setting_named(name) for name in overrides]
    allowed = settable(actor, place)
    if not (allowed and may_lock(actor)) and not {*settings} <= {*allowed}:
        raise Forbidden
    if place.level is Level.PLATFORM or any(place.level not in setting.levels for setting in settings):
        raise NotSetHere
    if any(override is not None and override.locked for override in overrides.values()) and not may_lock(actor):
        raise Forbidden
    _lock(place)
    _need_place(place)
    if seen is not None:
        _need_unchanged(place, {name: seen[name] for name in overrides})
    for name, override in overrides.items():
        _change_one(actor, place, setting_named(name), override)


def _need_place(place: Place) -> None:
    """Raises `NotFound` for a place that was deleted before it was locked; deletions hold the same lock."""
    rows = spec_of(place.level).rows
    if rows is not None and not rows().filter(pk=place.object_id).exists():
        raise NotFound


def _need_unchanged(place: Place, seen: Mapping[str, Override | None]) -> None:
    now = overrides_of(list(seen), (place,))
    if any(now.get((name, place)) != override for name, override in seen.items()):
        raise ChangedMeanwhile


def _lock(place: Place) -> None:
    """Serialises changes, so that each reads the locks above and the audit log's "before" consistently.

    An agent's own cap locks the agent only; other settings lock the tenant, as changes of memberships do.
    """
    if place.level is Level.AGENT:
        lock_agent(place.object_id)
    else:
        lock_tenant()


def _change_one(actor: Actor, place: Place, setting: Setting, override: Override | None) -> None:
    if resolve(setting, overrides_of([setting.name], place.above), place.above).locked_by is not None:
        raise LockedAbove
    before = SettingValue.objects.filter(level=place.level, object_id=place.object_id, name=setting.name).first()
    if before is not None and before.locked and not may_lock(actor):
        raise LockedAbove
    after = _stored(setting, override) if override is not None else {}
    if ({"value": before.value, "locked": before.locked} if before else {}) == after:
        return
    _write(place, setting, before, after)
    _recorded(actor, place, setting, before, after)
    for follow in change_handlers_of(setting):
        follow(actor, place)
    bus.publish(
        SettingsChanged(
            tenant_id=current_tenant_id(),
            actor=actor,
            setting=setting.name,
            level=place.level,
            object_id=place.object_id,
        )
    )


def _stored(setting: Setting, override: Override) -> dict[str, Any]:
    try:
        value = setting.read(override.value)
    except ValidationError as error:
        raise BadValue from error
    if setting.fault(value):
        raise BadValue
    return {"value": setting.write(value), "locked": override.locked}


def _write(place: Place, setting: Setting, before: SettingValue | None, after: dict[str, Any]) -> None:
    if after:
        SettingValue.objects.update_or_create(
            tenant_id=current_tenant_id(),
            level=place.level,
            object_id=place.object_id,
            name=setting.name,
            defaults={**after, "changed_at": clock.now()},
        )
    elif before:
        before.delete()


def _recorded(actor: Actor, place: Place, setting: Setting, before: SettingValue | None, after: dict[str, Any]) -> None:
    """The audit entry, with the setting's name as field, so that entries can be searched by setting."""
    earlier = {"value": before.value, "locked": before.locked} if before else {}

    def named(values: dict[str, Any]) -> dict[str, Any]:
        return {setting.name: values["value"], "locked": values["locked"]} if values else {}

    audit.record(
        actor=actor,
        action="setting.changed" if after else "setting.inherited",
        kind=place.level,
        object_id=place.object_id or None,
        name=place.name,
        before=named(earlier),
        after=named(after),
    )


def forget(place: Place) -> None:
    """Deletes the overrides of a place whose object is deleted."""
    SettingValue.objects.filter(level=place.level, object_id=place.object_id).delete()
