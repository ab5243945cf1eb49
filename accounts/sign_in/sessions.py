"""Sessions in PostgreSQL, with the columns that a list of signed-in browsers needs.

A session ends a day after its last use, and two weeks after the sign-in at the latest. Requests use it, and so do open
sockets of desk and monitor.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import Session
from core.statements import columns_of, look_up_objects
from core.tenancy.scope import unscoped
from core.tenancy.threads import in_thread

IDLE = timedelta(hours=24)
LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE)
EXTEND_EVERY = timedelta(minutes=10)  # not with each request
REASON = "the session key is the secret; it tells the tenant"
KNOWN = f"""
select {columns_of(Session, "s")} from accounts_session s where s.session_key = %(key)s and s.expire_date > %(now)s
"""  # noqa: S608 – made of the columns' names


def ends_at(began: datetime) -> datetime:
    """When a session that is used now ends. Real time, because Django compares it with that, even if the clock is
    frozen."""
    return min(began + LONGEST, timezone.now() + IDLE)


def extend_sessions(sessions: Collection[Session]) -> None:
    """Moves the end of sessions that are used now; writes at most every `EXTEND_EVERY`."""
    for row in sessions:
        if abs(ends_at(row.created_at) - row.expire_date) > EXTEND_EVERY:
            Session.objects.filter(pk=row.pk).update(expire_date=ends_at(row.created_at))


class SessionStore(DatabaseStore):
    """Django's store on our model; works before a tenant is known."""

    ended_here = False  # whether this request ended the session

    def flush(self) -> None:
        """Django's; notes that this request ended the session."""
        super().flush()
        self.ended_here = True

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our model."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """A row with tenant, agent, address, browser, begin and end of the session."""
        row: Any = super().create_model_instance(data)
        row.tenant_id = data.get("tenant")
        row.agent_id = data.get("_auth_user_id")
        row.address = data.get("address")
        row.user_agent = data.get("user_agent", "")
        row.created_at = datetime.fromisoformat(data["began"]) if "began" in data else timezone.now()
        row.expire_date = ends_at(row.created_at)
        return row

    def _get_session_from_db(self) -> Session | None:
        found = look_up_objects(KNOWN, Session, key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
            return None
        [(row,)] = found
        extend_sessions([row])
        return row  # type: ignore[no-any-return]

    def load(self) -> dict[str, Any]:
        """Django's, unscoped: the key tells the tenant. A session names the class that signed it in; there is one, and
        earlier versions had it in another module."""
        with unscoped(reason=REASON):
            loaded: dict[str, Any] = super().load()
        if BACKEND_SESSION_KEY in loaded:
            [loaded[BACKEND_SESSION_KEY]] = settings.AUTHENTICATION_BACKENDS
        return loaded

    def exists(self, session_key: str) -> bool:
        """Django's, unscoped."""
        with unscoped(reason=REASON):
            return bool(super().exists(session_key))

    def save(self, must_create: bool = False) -> None:
        """Django's, unscoped."""
        with unscoped(reason=REASON):
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        """Django's, unscoped."""
        with unscoped(reason=REASON):
            super().delete(session_key)

    # Django's own asynchronous methods keep the database connection of the request's thread until the answer ends, for
    # the life of a stream. A dozen of them would hold the whole pool, each waiting for another connection.

    async def aload(self) -> dict[str, Any]:
        """`load` on a thread that returns its connection."""
        return await in_thread(self.load)

    async def aexists(self, session_key: str) -> bool:
        """`exists` on a thread that returns its connection."""
        return await in_thread(self.exists, session_key)

    async def acreate(self) -> None:
        """`create` on a thread that returns its connection."""
        await in_thread(self.create)

    async def asave(self, must_create: bool = False) -> None:
        """`save` on a thread that returns its connection."""
        await in_thread(self.save, must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        """`delete` on a thread that returns its connection."""
        await in_thread(self.delete, session_key)

    @classmethod
    def clear_expired(cls) -> None:
        """Django's, unscoped."""
        with unscoped(reason=REASON):
            super().clear_expired()
