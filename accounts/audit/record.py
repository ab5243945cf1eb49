"""The audit log: who changed what, when, from where, before → after.

    audit.record(actor=actor, action="agent.changed", kind="agent", object_id=agent.pk, name=agent.nickname,
                 before={"nickname": "li"}, after={"nickname": "Li"})

`action` is `<kind>.<past tense>`; labels of kinds, actions and fields are in `kinds.py`. An entry is written in the
transaction of its change, so neither exists without the other.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import AuditEntry
from core import clock
from core.actors import Actor
from core.tenancy.scope import current_tenant_id
from core.web.addresses import valid_address

SECRET_FIELDS = frozenset({"password", "secret", "token"})
NAME_LENGTH = 100
_address: ContextVar[str | None] = ContextVar("the caller's address", default=None)


class SecretInTheLog(ValueError):
    """A secret field would be stored in the log, which is permanent and read by many."""


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Entries in the block have this IP address; used by the HTTP middleware."""
    known = _address.set(valid_address(address))
    try:
        yield
    finally:
        _address.reset(known)


class Changed(NamedTuple):
    """The audited values of one object before and after; an empty side: it did not or does not exist."""

    object_id: int | None
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def record(
    *,
    actor: Actor,
    action: str,
    kind: str,
    object_id: int | None,
    name: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> AuditEntry | None:
    """Records the differing values; without a difference there is no entry, and None is returned."""
    entries = record_all(actor=actor, action=action, kind=kind, changes=[Changed(object_id, name, before, after)])
    return entries[0] if entries else None


def record_all(*, actor: Actor, action: str, kind: str, changes: Iterable[Changed]) -> list[AuditEntry]:
    """Records the differing values of each, in one statement."""
    entries = [entry for each in changes if (entry := _entry(actor, action, kind, each)) is not None]
    return AuditEntry.objects.bulk_create(entries)


def _entry(actor: Actor, action: str, kind: str, change: Changed) -> AuditEntry | None:
    if SECRET_FIELDS & {*change.before, *change.after}:
        raise SecretInTheLog(action)
    earlier, later = differences(plain(change.before), plain(change.after))
    if change.before and change.after and not earlier and not later:
        return None
    return AuditEntry(
        tenant_id=current_tenant_id(),
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        address=_address.get(),
        action=action,
        object_kind=kind,
        object_id=change.object_id,
        object_name=change.name[:NAME_LENGTH],
        before=earlier,
        after=later,
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON returns them: times, decimals and lazy texts as strings."""
    found: dict[str, Any] = json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides without equal values."""
    absent = object()
    changed = [name for name in {**before, **after} if before.get(name, absent) != after.get(name, absent)]
    return (
        {name: before[name] for name in changed if name in before},
        {name: after[name] for name in changed if name in after},
    )
