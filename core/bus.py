"""Publishing events: logged in the transaction, sent to clients and listeners after its commit.

A crash between commit and sending loses both: clients heal by their next digest, listeners' work by sweeps.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

import orjson
from django.db import connection, transaction

from core import clock
from core.events.base import Audience, Event
from core.live import hub
from core.live.frames import Frames, frames_of
from core.tenancy.postgres.hooks import RunLast, Together
from core.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)
Listener = Callable[[Any], None]
Shown = Mapping[Audience, Mapping[str, Any]]
L = TypeVar("L", bound=Listener)
_listeners: dict[type[Event], tuple[Listener, ...]] = {}
_for_many: set[Listener] = set()
_log_only: ContextVar[bool] = ContextVar("log only", default=False)


class OutsideTransaction(RuntimeError):
    """`publish` was called outside a transaction; an event must commit together with the rows that make it true."""


class ListenersNotAllowed(TypeError):
    """A listener was connected to an event type with `calls=False`, such as `message.posted`."""


def connect(listeners: Mapping[type[Event], tuple[Listener, ...]]) -> None:
    """Replaces the table of listeners, in the order of the calls; used by `kefu/wiring.py`. Raises
    `ListenersNotAllowed`."""
    if refusing := [kind.name for kind in listeners if not kind.calls]:
        raise ListenersNotAllowed(", ".join(refusing))
    _listeners.clear()
    _listeners.update(listeners)


def for_many(listener: L) -> L:
    """Marks a listener that is called once with all events of its type that were published together."""
    _for_many.add(listener)
    return listener


@contextmanager
def log_only() -> Iterator[None]:
    """Events inside are logged, but no frame is sent and no listener called; used for generated history."""
    token = _log_only.set(True)
    try:
        yield
    finally:
        _log_only.reset(token)


def publish(event: Event, *, show: Shown | Callable[[], Shown] | None = None) -> None:
    """Logs the event; after commit sends its frames and calls its listeners.

    `show` maps each audience to the fields that its frame carries beside the ids. Where they cost a query, pass a
    function: it is called at once, inside the transaction, and not under `log_only`. Raises `OutsideTransaction`.
    """
    publish_all([event], show=lambda _event: (show() if callable(show) else show) or {})


def publish_all(events: Sequence[Event], *, show: Callable[[Any], Shown] = lambda _event: {}) -> None:
    """As `publish` for several events, logged in one statement; `show` is called with each of them."""
    _require_transaction(events)
    logged = [_entry(event) for event in events if event.logged]
    if logged:
        with connection.cursor() as cursor:
            cursor.execute(LOG, {"at": clock.frozen_time(), "events": orjson.dumps(logged, option=AS_JSON).decode()})
    publish_logged(events, show=show)


def publish_logged(events: Sequence[Event], *, show: Callable[[Any], Shown] = lambda _event: {}) -> None:
    """As `publish_all` for events that are in the log: the statement that made them true wrote them there, too."""
    _require_transaction(events)
    for tenant_id, those in groupby(events, key=lambda event: event.tenant_id):
        _follow(tenant_id, list(those), show)


def _require_transaction(events: Sequence[Event]) -> None:
    if not connection.in_atomic_block:
        raise OutsideTransaction(", ".join({event.name for event in events}))


def _follow(tenant_id: int, events: Sequence[Event], show: Callable[[Any], Shown]) -> None:
    def frames() -> Frames:
        return [frame for event in events for frame in frames_of(event, show(event))]

    def notify_listeners() -> None:
        with tenant_scope(tenant_id):
            call_listeners(events)

    after_commit(tenant_id, frames, notify_listeners)


def after_commit(
    tenant_id: int, frames: Callable[[], Frames], notify_listeners: Callable[[], None] | None = None
) -> None:
    """Builds the frames now and sends them in one publication after the outermost commit, then calls the listeners.

    Listeners come last: one may begin a transaction of its own (dispatch assigns what was just queued), whose frames
    must not overtake the rest of these.
    """
    if _log_only.get():
        return
    if made := frames():
        transaction.on_commit(Together(hub.publish, tenant_id, made))
    if notify_listeners is not None:
        transaction.on_commit(RunLast(notify_listeners))


def call_listeners(events: Sequence[Event]) -> None:
    """Calls the listeners of committed events, which one transaction published together. One that raises is logged and
    does not keep the others from their call."""
    for _kind, those in groupby(events, key=type):
        several = list(those)
        for listener in _listeners.get(type(several[0]), ()):
            calls = [partial(listener, several)] if listener in _for_many else [partial(listener, e) for e in several]
            for call in calls:
                _guarded(call, f"listener {listener.__qualname__} failed for {several[0].name}")


def _guarded(call: Callable[[], None], failure: str) -> None:
    try:
        call()
    except Exception:
        log.exception(failure)


# One statement for any number; through the model each row would cost as much as the statement.
LOG = """
insert into core_event (tenant_id, name, conversation_id, seq, visitor_seq, actor_kind, actor_id, data, at)
select i.tenant_id, i.name, i.conversation_id, i.seq, i.visitor_seq, i.actor_kind, i.actor_id, i.data,
  coalesce(%(at)s::timestamptz, statement_timestamp())
from rows from (
  json_to_recordset(%(events)s::json) as (
    tenant_id bigint, name text, conversation_id bigint, seq integer, visitor_seq integer, actor_kind text,
    actor_id bigint, data jsonb
  )
) with ordinality as i (tenant_id, name, conversation_id, seq, visitor_seq, actor_kind, actor_id, data, ord)
order by i.ord
"""
AS_JSON = orjson.OPT_NON_STR_KEYS


def _entry(event: Event) -> dict[str, Any]:
    """A row of `core.models.LoggedEvent`."""
    return {
        "tenant_id": event.tenant_id,
        "name": event.name,
        "conversation_id": getattr(event, "conversation_id", None),
        "seq": getattr(event, "seq", None),
        "visitor_seq": getattr(event, "visitor_seq", None),
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "data": event.data(),
    }
