"""Sessions in PostgreSQL with the columns a list of signed-in browsers needs."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.models import Session
from core.scope import unscoped
from core.threads import in_thread

REASON = "the session key is the secret; it tells the tenant"


class SessionStore(DatabaseStore):
    """Django's store on our model; works before a tenant is known."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.tenant_id = data.get("tenant")
        row.agent_id = data.get("_auth_user_id")
        row.address = data.get("address")
        row.user_agent = data.get("user_agent", "")
        return row

    def load(self) -> dict[str, Any]:
        with unscoped(reason=REASON):
            loaded: dict[str, Any] = super().load()
            return loaded

    def exists(self, session_key: str) -> bool:
        with unscoped(reason=REASON):
            return bool(super().exists(session_key))

    def save(self, must_create: bool = False) -> None:
        with unscoped(reason=REASON):
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        with unscoped(reason=REASON):
            super().delete(session_key)

    # Django's own asynchronous ways keep the database connection of the request's thread until its answer is over: for
    # the life of a stream. A dozen of them would hold the whole pool, each waiting for another connection.

    async def aload(self) -> dict[str, Any]:
        return await in_thread(self.load)

    async def aexists(self, session_key: str) -> bool:
        return await in_thread(self.exists, session_key)

    async def acreate(self) -> None:
        await in_thread(self.create)

    async def asave(self, must_create: bool = False) -> None:
        await in_thread(self.save, must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        await in_thread(self.delete, session_key)

    @classmethod
    def clear_expired(cls) -> None:
        with unscoped(reason=REASON):
            super().clear_expired()
