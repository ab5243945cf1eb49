"""The signed-in agent of a socket's handshake, where there is no Django request."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from accounts.models import Agent
from accounts.permissions import Permission
from accounts.sign_in.sessions import SessionStore
from core.tenancy.scope import tenant_scope


def cookies_of(scope: Any) -> dict[str, str]:
    """The cookies of a handshake."""
    return parse_cookie(b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1"))


def agent_of_cookies(cookies: dict[str, str], permission: Permission) -> tuple[Agent, str] | None:
    """The signed-in agent with the permission, and the session key; None otherwise. The same checks as for a page."""
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
