"""Publish an event: log it now, tell it after commit.

What a crash between commit and telling loses is found again: frames by the client's digest, listeners' work by sweeps.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from core import clock
from core.events.base import Audience, Event
from core.live import hub
from core.live.frames import Frames, frames_of
from core.models import LoggedEvent
from core.tenancy.postgres.hooks import RunLast, Together
from core.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)
Listener = Callable[[Any], None]
Shown = Mapping[Audience, Mapping[str, Any]]
_listeners: dict[type[Event], tuple[Listener, ...]] = {}
_unheard: ContextVar[bool] = ContextVar("nobody listens", default=False)


class OutsideTransaction(RuntimeError):
    """An event must belong to the transaction that made it true."""


class NobodyIsCalled(TypeError):
    """An event of this type calls no listeners."""


def connect(listeners: Mapping[type[Event], tuple[Listener, ...]]) -> None:
    """Take over the table of `kefu/wiring.py`. Raises `NobodyIsCalled`."""
    if deaf := [kind.name for kind in listeners if not kind.calls]:
        raise NobodyIsCalled(", ".join(deaf))
    _listeners.clear()
    _listeners.update(listeners)


@contextmanager
def nobody_listens() -> Iterator[None]:
    """Events inside are logged, and neither told nor rung: for a past that is made before anybody is there."""
    token = _unheard.set(True)
    try:
        yield
    finally:
        _unheard.reset(token)


def publish(event: Event, *, show: Shown | Callable[[], Shown] | None = None) -> None:
    """Log the event and, after commit, tell it: `show` holds what each audience's frame carries beside the ids.

    Where that has to be asked for, `show` is a function: it is called at once, unless nobody listens.
    """
    publish_all([event], show=lambda _event: (show() if callable(show) else show) or {})


def publish_all(events: Sequence[Event], *, show: Callable[[Any], Shown] = lambda _event: {}) -> None:
    """Several at once: logged in one statement, told and rung as each by itself. `show` is asked for each of them."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(", ".join({event.name for event in events}))
    logged = [_entry(event) for event in events if event.logged]
    if logged:
        LoggedEvent.objects.bulk_create(logged)
    for event in events:
        _follow(event, show)


def _follow(event: Event, show: Callable[[Any], Shown]) -> None:
    def frames() -> Frames:
        return frames_of(event, show(event))

    def ring_listeners() -> None:
        with tenant_scope(event.tenant_id):
            call_listeners(event)

    after_commit(event.tenant_id, frames, ring_listeners)


def after_commit(
    tenant_id: int, frames: Callable[[], Frames], ring_listeners: Callable[[], None] | None = None
) -> None:
    """Make the frames now; once the outermost transaction committed, tell all of them at once; then ring.

    A listener may begin a transaction of its own (dispatch assigns what was just queued): its frames must not overtake
    the rest of ours.
    """
    if _unheard.get():
        return
    if made := frames():
        transaction.on_commit(Together(hub.publish, tenant_id, made))
    if ring_listeners is not None:
        transaction.on_commit(RunLast(ring_listeners))


def call_listeners(event: Event) -> None:
    """Call the listeners of a committed event, each guarded."""
    for listener in _listeners.get(type(event), ()):
        try:
            listener(event)
        except Exception:
            log.exception("listener %s failed for %s", listener.__qualname__, event.name)


def _entry(event: Event) -> LoggedEvent:
    return LoggedEvent(
        tenant_id=event.tenant_id,
        name=event.name,
        conversation_id=getattr(event, "conversation_id", None),
        seq=getattr(event, "seq", None),
        visitor_seq=getattr(event, "visitor_seq", None),
        actor_kind=event.actor.kind,
        actor_id=event.actor.id,
        data=event.data(),
        at=clock.set_time() or Now(),
    )
