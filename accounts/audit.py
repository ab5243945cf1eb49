"""The audit log: who changed what, when, from where, before → after (PRODUCT.md §1).

    audit.record(actor=actor, action="agent.changed", kind="agent", object_id=agent.pk, name=agent.nickname,
                 before={"nickname": "li"}, after={"nickname": "Li"})

`action` is `<kind>.<past tense>`; what kinds, actions and fields are called for readers stands in `audit_kinds.py`.
An entry is written in the transaction of the change: there is neither a change without an entry nor an entry without
its change.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import AuditEntry
from core import clock
from core.actors import Actor

SECRET_FIELDS = frozenset({"password", "secret", "token"})
NAME_LENGTH = 100
_address: ContextVar[str | None] = ContextVar("the caller's address", default=None)


class SecretInTheLog(ValueError):
    """The log is for ever and for many eyes: a password must not come near it."""


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Entries inside were caused from that IP address (the HTTP door says which)."""
    known = _address.set(valid_address(address))
    try:
        yield
    finally:
        _address.reset(known)


def valid_address(text: str) -> str | None:
    """An IP address as the database knows it; None for anything else."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None


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
    """Write what differs; a change that changed nothing leaves no entry. An empty side: was not, or is no more."""
    if SECRET_FIELDS & {*before, *after}:
        raise SecretInTheLog(action)
    earlier, later = differences(plain(before), plain(after))
    if before and after and not earlier and not later:
        return None
    return AuditEntry.objects.create(
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        address=_address.get(),
        action=action,
        object_kind=kind,
        object_id=object_id,
        object_name=name[:NAME_LENGTH],
        before=earlier,
        after=later,
    )


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as JSON gives them back: times, decimals and lazy texts as strings."""
    found: dict[str, Any] = json.loads(json.dumps(dict(facts), cls=DjangoJSONEncoder))
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides without what is the same on both."""
    absent = object()
    changed = [name for name in {**before, **after} if before.get(name, absent) != after.get(name, absent)]
    return (
        {name: before[name] for name in changed if name in before},
        {name: after[name] for name in changed if name in after},
    )
