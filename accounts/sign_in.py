"""Sign-in as `工号@企业号`."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Tenant
from core import bus, throttle
from core.errors import Refusal
from core.events import SignedIn
from core.scope import tenant_scope, unscoped
from core.threads import in_thread
from core.web import TenantRequest, client_address

PER_NAME_AND_ADDRESS = "5/15 minutes"  # wrong passwords for one name from one address
PER_NAME = "100/15 minutes"  # for one name from anywhere: a stranger must not lock an agent out with a few
PER_ADDRESS = "50/15 minutes"  # wrong passwords from one address


class WrongSignIn(Refusal):
    """Name and password do not fit; which of them, nobody is told."""

    code = "wrong_sign_in"
    text = _("The sign-in name or the password is wrong.")


@dataclass(frozen=True)
class SignInName:
    """`1001@8001`, split."""

    number: str
    tenant_code: str

    @classmethod
    def parse(cls, text: str) -> "SignInName | None":
        number, at, tenant_code = text.strip().partition("@")
        return cls(number, tenant_code) if at and number and tenant_code and "@" not in tenant_code else None


class AgentBackend:
    """Django's way to an agent: by sign-in name, and by id within the session's tenant."""

    def authenticate(self, request: Any, name: str = "", password: str = "") -> Agent | None:
        agent = _find(name)
        if agent is None:
            make_password(password)  # as slow as a right name, so that names cannot be found out by the clock
            return None
        with tenant_scope(agent.tenant_id):
            return agent if agent.check_password(password) and agent.is_active else None

    def get_user(self, user_id: int) -> Agent | None:
        """Within the tenant scope that `TenantScope` entered."""
        return Agent.objects.select_related("role", "tenant").filter(pk=user_id, is_active=True).first()

    async def aget_user(self, user_id: int) -> Agent | None:
        """`get_user` for asynchronous views."""
        return await in_thread(self.get_user, user_id)


def _find(name: str) -> Agent | None:
    parsed = SignInName.parse(name)
    if parsed is None:
        return None
    with unscoped(reason="the sign-in name says which tenant"):
        return (
            Agent.objects.select_related("role", "tenant")
            .filter(number=parsed.number, tenant__code=parsed.tenant_code, deleted_at=None)
            .first()
        )


def sign_in(request: TenantRequest, *, name: str, password: str) -> Agent:
    """Open a session for the agent; raises `WrongSignIn`, or `TooMany` after five wrong passwords in 15 minutes."""
    address = client_address(request)
    typed = name.strip().lower()
    keys = ((PER_NAME_AND_ADDRESS, f"{typed} {address}"), (PER_NAME, typed), (PER_ADDRESS, address))
    for rule, key in keys:
        if throttle.used_up(rule, "sign-in", key):
            throttle.count(rule, "sign-in", key)
    agent = AgentBackend().authenticate(request, name=name, password=password)
    if agent is None:
        for rule, key in keys:
            throttle.count(rule, "sign-in", key)
        raise WrongSignIn
    throttle.forget(PER_NAME_AND_ADDRESS, "sign-in", f"{typed} {address}")
    with tenant_scope(agent.tenant_id):
        _open_session(request, agent, address)
    return agent


def _open_session(request: TenantRequest, agent: Agent, address: str) -> None:
    login(request, agent, backend="accounts.sign_in.AgentBackend")  # first: it empties the session of somebody else
    request.session["address"] = address
    request.session["user_agent"] = request.headers.get("User-Agent", "")[:300]
    request.session["tenant"] = agent.tenant_id
    with transaction.atomic():
        Agent.objects.filter(pk=agent.pk).update(last_login=timezone.now())
        bus.publish(SignedIn(tenant_id=agent.tenant_id, actor=agent.actor(), agent_id=agent.pk, address=address))


def tenant_by_code(code: str) -> Tenant | None:
    """The tenant behind the @."""
    with unscoped(reason="the code says which tenant"):
        return Tenant.objects.filter(code=code).first()
