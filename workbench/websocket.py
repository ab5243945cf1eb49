"""The agent's socket, authenticated by the session cookie."""

from typing import Any

from accounts.audit.record import coming_from
from accounts.permissions import Permission
from accounts.sign_in.cookies import agent_of_cookies, cookies_of
from core.live.commands import Frame
from core.live.connections import HelloRefused
from core.live.websocket import LiveSocket, caller_of, language_of
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient


class DeskSocket(LiveSocket):
    """Closes with 4401 after `hello` without a session, or with a role that has no desk."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Audit entries of what is done here have the caller's address, as those of pages."""
        with coming_from(caller_of(scope)):
            await super().__call__(scope, receive, send)

    async def greet(self, hello: Frame) -> AgentClient:
        """The signed-in agent's client; raises `HelloRefused`."""
        desk = await in_thread(desk_of_cookie, cookies_of(self.scope), language_of(hello.get("locale")))
        if desk is None:
            raise HelloRefused(4401)
        return desk


def desk_of_cookie(cookies: dict[str, str], language: str) -> AgentClient | None:
    """The client of the session in the cookies; None without one, or without a desk."""
    found = agent_of_cookies(cookies, Permission.DESK)
    if found is None:
        return None
    agent, session_key = found
    with tenant_scope(agent.tenant_id):
        return AgentClient.of(agent, language, session_key=session_key)
