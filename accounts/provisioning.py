"""Open a tenant: its row and its built-in roles."""

from django.db import transaction
from django.utils import translation

from accounts.models import Agent, Group, Membership, Role, Tenant
from accounts.permissions import BUILT_IN_ROLES
from core.scope import tenant_scope, unscoped


@transaction.atomic
def open_tenant(*, code: str, name: str, language: str = "zh-hans", is_demo: bool = False) -> Tenant:
    """A new tenant with the built-in roles, named in its language."""
    with unscoped(reason="a tenant that is not there yet has no scope"):
        tenant = Tenant.objects.create(code=code, name=name, language=language, is_demo=is_demo)
    with tenant_scope(tenant.pk), translation.override(language):
        for role_code, (role_name, permissions) in BUILT_IN_ROLES.items():
            Role.objects.create(code=role_code, name=str(role_name), permissions=sorted(permissions))
    return tenant


@transaction.atomic
def add_agent(*, number: str, nickname: str, role: str, password: str, groups: tuple[Group, ...] = ()) -> Agent:
    """A new agent of the current tenant."""
    agent = Agent(number=number, nickname=nickname, role=Role.objects.get(code=role))
    agent.set_password(password)
    agent.save()
    for group in groups:
        Membership.objects.create(agent=agent, group=group)
    return agent
