"""Signing in as `工号@企业号`, and signing out."""

from typing import Any

from django.contrib.auth import SESSION_KEY, login, logout
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.agents.presence import end_presence, forget_break
from accounts.models import Agent, Role, Tenant
from accounts.sign_in import devices, journal
from accounts.sign_in.names import SignInName, agent_named
from core import bus
from core.errors import Refusal, TooMany
from core.events.agents import SignedIn
from core.statements import columns_of, look_up_objects
from core.tenancy.scope import current_tenant_id, tenant_scope
from core.tenancy.threads import in_thread
from core.web import throttle
from core.web.addresses import client_address, client_network
from core.web.request import TenantRequest

PER_NAME_AND_ADDRESS = "5/15 minutes"  # wrong passwords for one name from one network, or in one known browser
PER_NAME = "100/15 minutes"  # for one name from all networks, without known browsers
PER_ADDRESS = "50/15 minutes"  # wrong passwords from one network
BY_ID = f"""
select {columns_of(Agent, "a")}, {columns_of(Role, "r")}, {columns_of(Tenant, "t")} from accounts_agent a
join accounts_role r on r.tenant_id = a.tenant_id and r.id = a.role_id join accounts_tenant t on t.id = a.tenant_id
where a.tenant_id = %(tenant)s and a.id = %(id)s and a.is_active
"""  # noqa: S608 – made of the columns' names


class WrongSignIn(Refusal):
    """The name or the password is wrong; the answer does not reveal which."""

    code = "wrong_sign_in"
    text = _("The sign-in name or the password is wrong.")


class AgentBackend:
    """Django's authentication backend: by sign-in name, and by id within the session's tenant."""

    def authenticate(self, request: Any, agent: Agent | None = None, password: str = "") -> Agent | None:
        """The agent if the password is right and the agent enabled. Without an agent it hashes the password all the
        same, so that the time does not reveal whether a name exists."""
        if agent is None:
            make_password(password)
            return None
        with tenant_scope(agent.tenant_id):
            return agent if agent.check_password(password) and agent.is_active else None

    def get_user(self, user_id: int) -> Agent | None:
        """The enabled agent; runs within the scope that `TenantScope` entered."""
        tenant_id = current_tenant_id()
        for agent, role, tenant in look_up_objects(BY_ID, Agent, Role, Tenant, tenant=tenant_id, id=int(user_id)):
            agent.role, agent.tenant = role, tenant
            return agent  # type: ignore[no-any-return]
        return None

    async def aget_user(self, user_id: int) -> Agent | None:
        """`get_user` for asynchronous views."""
        return await in_thread(self.get_user, user_id)


def sign_in(request: TenantRequest, *, name: SignInName, password: str) -> Agent:
    """Opens a session for the agent; raises `WrongSignIn`, or `TooMany` after five wrong passwords in 15 minutes."""
    address, limits = client_address(request), _limits(request, name)
    known = agent_named(name)
    try:
        with throttle.attempt(*limits) as attempt:
            agent = AgentBackend().authenticate(request, agent=known, password=password)
            if agent is None:
                attempt.failed()
    except TooMany:
        journal.record_throttled(name, known, address, client_network(request))
        raise
    if agent is None:
        journal.record_refused(name, known, address)
        raise WrongSignIn
    throttle.forget(*limits[0])
    with tenant_scope(agent.tenant_id):
        _open_session(request, agent, address)
        journal.record_sign_in(agent, address)
    return agent


def _limits(request: TenantRequest, name: SignInName) -> list[tuple[str, ...]]:
    """The rules that count this attempt, each with its key; a right password resets the first one."""
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
        request.session.flush()  # Django keeps the key where the same agent signs in again
    login(request, agent, backend="accounts.sign_in.backend.AgentBackend")
    request.session["address"] = address
    request.session["user_agent"] = request.headers.get("User-Agent", "")[:300]
    request.session["tenant"] = agent.tenant_id
    request.session["began"] = timezone.now().isoformat()
    with transaction.atomic():
        Agent.objects.filter(pk=agent.pk).update(last_login=timezone.now())
        forget_break(agent.pk)
        bus.publish(SignedIn(tenant_id=agent.tenant_id, actor=agent.actor(), agent_id=agent.pk, address=address))


@transaction.atomic
def sign_out(request: TenantRequest, *, give_back: bool = False) -> None:
    """Ends the session and the agent's presence; nothing where nobody is signed in. `give_back`: their conversations
    return to the queue."""
    agent = request.user
    logout(request)
    if agent.is_authenticated:
        journal.record_sign_out(agent, client_address(request))
        end_presence(actor=agent.actor(), agent_id=agent.pk, give_back=give_back)
