"""Common to actions on the console's subjects: the locked row of the version that was shown, and the audit entry of its
change. All in the action's transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Model

from accounts.audit.record import record
from accounts.models import AuditEntry
from core import clock
from core.actors import Actor
from core.console.subject import Subject
from core.errors import Stale
from core.rows import one_or_404, valid_id


def lock(subject: Subject, public_id: str, *, version: int | None = None, to_delete: bool = False) -> Any:
    """The row, locked; raises `NotFound`, and `Stale` for another version.

    With `to_delete` the lock conflicts with rows being written that refer to it.
    """
    assert subject.objects is not None  # noqa: S101 – what is changed has rows
    rows = subject.objects().select_for_update(of=("self",), no_key=not to_delete)
    found = one_or_404(rows.filter(public_id=valid_id(public_id)))
    if version is not None and found.version != version:
        raise Stale
    return found


@contextmanager
def changing(subject: Subject, *, actor: Actor, public_id: str, version: int | None = None) -> Iterator[Any]:
    """The locked row; what is assigned in the block is saved under a new version and audited. Without a difference
    nothing is written."""
    row = lock(subject, public_id, version=version)
    before, columns = subject.snapshot(row), _columns(row)
    yield row
    after = subject.snapshot(row)
    changed = [name for name, value in _columns(row).items() if columns[name] != value]
    if changed or before != after:
        save(row, *changed)
        record_act(subject, "changed", row, actor=actor, before=before, after=after)


def save(row: Any, *names: str) -> None:
    """Saves these columns under a new version, and `changed_at` where the table has it."""
    row.version += 1
    moment = ["changed_at"] if hasattr(row, "changed_at") else []
    for name in moment:
        setattr(row, name, clock.now())
    row.save(update_fields=[*names, "version", *moment])


def record_added(subject: Subject, row: Any, *, actor: Actor) -> None:
    """The audit entry of a new row."""
    record_act(subject, "added", row, actor=actor, before={}, after=subject.snapshot(row))


def record_deleted(subject: Subject, row: Any, *, actor: Actor) -> None:
    """The audit entry of a deletion; to be written before it."""
    record_act(subject, "deleted", row, actor=actor, before=subject.snapshot(row), after={})


def record_act(
    subject: Subject, act: str, row: Any, *, actor: Actor, before: Mapping[str, Any], after: Mapping[str, Any]
) -> AuditEntry | None:
    """The audit entry of another act on a row."""
    return record(
        actor=actor,
        action=f"{subject.kind}.{act}",
        kind=subject.kind,
        object_id=row.pk,
        name=subject.title_of(row),
        before=before,
        after=after,
    )


def _columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
