"""Signing in as `工号@企业号`, and out."""

from typing import Any

from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.agents.presence import begin_anew, end_presence
from accounts.models import Agent
from accounts.sign_in import devices, journal
from accounts.sign_in.names import SignInName, agent_named
from core import bus
from core.errors import Refusal, TooMany
from core.events.agents import SignedIn
from core.tenancy.scope import tenant_scope
from core.tenancy.threads import in_thread
from core.web import throttle
from core.web.addresses import client_address, client_network
from core.web.request import TenantRequest

PER_NAME_AND_ADDRESS = "5/15 minutes"  # wrong passwords for one name from one network, or in one known browser
PER_NAME = "100/15 minutes"  # for one name from anywhere, known browsers apart
PER_ADDRESS = "50/15 minutes"  # wrong passwords from one network


class WrongSignIn(Refusal):
    """Name and password do not fit; which of them, nobody is told."""

    code = "wrong_sign_in"
    text = _("The sign-in name or the password is wrong.")


class AgentBackend:
    """Django's way to an agent: by sign-in name, and by id within the session's tenant."""

    def authenticate(self, request: Any, agent: Agent | None = None, password: str = "") -> Agent | None:
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


def sign_in(request: TenantRequest, *, name: SignInName, password: str) -> Agent:
    """Open a session for the agent; raises `WrongSignIn`, or `TooMany` after five wrong passwords in 15 minutes."""
    address, limits = client_address(request), _limits(request, name)
    known = agent_named(name)
    try:
        with throttle.attempt(*limits) as attempt:
            agent = AgentBackend().authenticate(request, agent=known, password=password)
            if agent is None:
                attempt.failed()
    except TooMany:
        journal.throttled(name, known, address, client_network(request))
        raise
    if agent is None:
        journal.refused(name, known, address)
        raise WrongSignIn
    throttle.forget(*limits[0])
    with tenant_scope(agent.tenant_id):
        _open_session(request, agent, address)
        journal.opened(agent, address)
    return agent


def _limits(request: TenantRequest, name: SignInName) -> list[tuple[str, ...]]:
    """What counts the attempt, each rule with its key; the first is forgotten when the password was right."""
    device = devices.device_of(request)
    if device is not None and name.key in device.names:
        return [(PER_NAME_AND_ADDRESS, "sign-in", f"{name.key} {device.id}")]
    network = client_network(request)
    return [
        (PER_NAME_AND_ADDRESS, "sign-in", f"{name.key} {network}"),
        (PER_ADDRESS, "sign-in", network),
        (PER_NAME, "sign-in", name.key),
    ]


def _open_session(request: TenantRequest, agent: Agent, address: str) -> None:
    if SESSION_KEY in request.session:
        request.session.flush()  # Django keeps the key of an agent who signs in again
    login(request, agent, backend="accounts.sign_in.backend.AgentBackend")
    request.session["address"] = address
    request.session["user_agent"] = request.headers.get("User-Agent", "")[:300]
    request.session["tenant"] = agent.tenant_id
    request.session["began"] = timezone.now().isoformat()
    with transaction.atomic():
        Agent.objects.filter(pk=agent.pk).update(last_login=timezone.now())
        begin_anew(agent.pk)
        bus.publish(SignedIn(tenant_id=agent.tenant_id, actor=agent.actor(), agent_id=agent.pk, address=address))


@transaction.atomic
def sign_out(request: TenantRequest, *, give_back: bool = False) -> None:
    """End the session, and with it what is open in this browser and the agent's presence; nothing for who is signed out
    already. `give_back` what the agent holds."""
    agent = request.user
    logout(request)
    if agent.is_authenticated:
        journal.ended(agent, client_address(request))
        end_presence(actor=agent.actor(), agent_id=agent.pk, give_back=give_back)
