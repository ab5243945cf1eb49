"""The agent's socket: the session cookie says who, `hello` only when the tab begins."""

from django.conf import settings

from accounts.permissions import Permission
from accounts.sign_in.cookies import agent_of_cookies, cookies_of
from core.live.commands import Frame
from core.live.websocket import HelloRefused, LiveSocket
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient


class DeskSocket(LiveSocket):
    """Without a session, or with a role that has no desk, `hello` closes with 4401."""

    async def greet(self, hello: Frame) -> AgentClient:
        """The signed-in agent's desk."""
        desk = await in_thread(desk_of_cookie, cookies_of(self.scope), str(hello.get("locale", "")))
        if desk is None:
            raise HelloRefused(4401)
        return desk


def desk_of_cookie(cookies: dict[str, str], language: str) -> AgentClient | None:
    """The desk behind a session cookie."""
    found = agent_of_cookies(cookies, Permission.DESK)
    if found is None:
        return None
    agent, session_key = found
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with tenant_scope(agent.tenant_id):
        return AgentClient.of(agent, spoken, session_key=session_key)
