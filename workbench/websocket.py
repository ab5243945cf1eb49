"""The agent's socket: the session cookie says who, `hello` only when the tab begins."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from accounts.models import Agent
from accounts.permissions import Permission
from accounts.sign_in.sessions import SessionStore
from core.live.commands import Frame
from core.live.websocket import LiveSocket, Unwelcome
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from workbench.agent import AgentClient


class DeskSocket(LiveSocket):
    """Without a session, or with a role that has no desk, `hello` closes with 4401."""

    async def greet(self, hello: Frame) -> AgentClient:
        """The signed-in agent's desk."""
        desk = await in_thread(desk_of_cookie, cookies_of(self.scope), str(hello.get("locale", "")))
        if desk is None:
            raise Unwelcome(4401)
        return desk


def cookies_of(scope: Any) -> dict[str, str]:
    """The cookies of a handshake."""
    return parse_cookie(b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1"))


def agent_of_cookies(cookies: dict[str, str], permission: Permission) -> tuple[Agent, str] | None:
    """Who is signed in and may do that, with the session's key; the same checks as for a page (Django's `get_user`)."""
    request = HttpRequest()
    request.session = SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    tenant_id = request.session.get("tenant")
    if tenant_id is None:
        return None
    with tenant_scope(tenant_id):
        agent: Any = get_user(request)
        if not agent.is_authenticated or permission not in agent.role.permissions:
            return None
        return agent, request.session.session_key or ""


def desk_of_cookie(cookies: dict[str, str], language: str) -> AgentClient | None:
    """The desk behind a session cookie."""
    found = agent_of_cookies(cookies, Permission.DESK)
    if found is None:
        return None
    agent, session_key = found
    spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with tenant_scope(agent.tenant_id):
        return AgentClient.of(agent, spoken, session_key=session_key)
