"""Common to actions on the console's subjects: the locked row of the version that was shown, and the audit entry of its
change. All in the action's transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Model, QuerySet

from accounts.audit.record import Changed, record, record_all
from accounts.models import AuditEntry
from accounts.tenants.locks import lock_tenant
from core import clock
from core.actors import Actor
from core.console.names import require_unused_name
from core.console.subject import Subject
from core.errors import NotFound, Stale
from core.rows import one_or_404, valid_id


def lock(subject: Subject, public_id: str, *, version: int | None = None, to_delete: bool = False) -> Any:
    """The row, locked; raises `NotFound`, and `Stale` for another version.

    With `to_delete` the lock conflicts with rows being written that refer to it.
    """
    rows = _locked(subject, to_delete=to_delete)
    found = one_or_404(rows.filter(public_id=valid_id(public_id)))
    if version is not None and found.version != version:
        raise Stale
    return found


def lock_all(subject: Subject, public_ids: Collection[str]) -> list[Any]:
    """The rows, locked in the order of ids; raises `NotFound` where one of them is missing. One query."""
    wanted = {valid_id(each) for each in public_ids}
    found = list(_locked(subject).filter(public_id__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound
    return found


def _locked(subject: Subject, *, to_delete: bool = False) -> "QuerySet[Any]":
    assert subject.objects is not None  # noqa: S101 – what is changed has rows
    return subject.objects().select_for_update(of=("self",), no_key=not to_delete)


@contextmanager
def changing(subject: Subject, *, actor: Actor, public_id: str, version: int | None = None) -> Iterator[Any]:
    """The locked row; what is assigned in the block is saved under a new version and audited. Without a difference
    nothing is written."""
    row = lock(subject, public_id, version=version)
    with changing_all(subject, actor=actor, rows=[row]):
        yield row


@contextmanager
def changing_all(subject: Subject, *, actor: Actor, rows: Sequence[Any]) -> Iterator[None]:
    """As `changing` for rows that are locked, in one statement for those that differ and one for their entries."""
    before, columns = subject.snapshots(rows), [_columns(row) for row in rows]
    yield
    after = subject.snapshots(rows)
    changed = [_names_of_changed(row, known) for row, known in zip(rows, columns, strict=True)]
    each = list(zip(rows, changed, before, after, strict=True))
    save_all([row for row, names, earlier, later in each if names or earlier != later], *sorted(set().union(*changed)))
    record_all(
        actor=actor,
        action=f"{subject.kind}.changed",
        kind=subject.kind,
        changes=[Changed(row.pk, subject.title_of(row), earlier, later) for row, _names, earlier, later in each],
    )


@contextmanager
def changing_named(subject: Subject, *, actor: Actor, public_id: str, version: int, name: str) -> Iterator[Any]:
    """As `changing`, for rows whose names are the tenant's only ones, by an actor who may manage them; the row
    has the new name. Raises `Forbidden`, `NotFound`, `Stale` and `NameTaken`."""
    actor.require(subject.permission)
    lock_tenant()
    with changing(subject, actor=actor, public_id=public_id, version=version) as row:
        require_unused_name(name, type(row).objects.all(), row)
        row.name = name
        yield row


def delete(subject: Subject, *, actor: Actor, public_id: str) -> Any:
    """Deletes a row to which nothing has to stay, by an actor who may manage it, and audits it; returns what it was.
    Raises `Forbidden` and `NotFound`."""
    actor.require(subject.permission)
    lock_tenant()
    row = lock(subject, public_id, to_delete=True)
    record_deleted(subject, row, actor=actor)
    row.delete()
    return row


def save(row: Any, *names: str) -> None:
    """Saves these columns under a new version, and `changed_at` where the table has it."""
    save_all([row], *names)


def save_all(rows: Sequence[Any], *names: str) -> None:
    """As `save` for rows of one table, in one statement."""
    if not rows:
        return
    moment = ["changed_at"] if hasattr(rows[0], "changed_at") else []
    for row in rows:
        row.version += 1
        for name in moment:
            setattr(row, name, clock.now())
    type(rows[0]).objects.bulk_update(rows, [*names, "version", *moment])


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


def _names_of_changed(row: Model, known: Mapping[str, Any]) -> set[str]:
    return {name for name, value in _columns(row).items() if known[name] != value}


def _columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
