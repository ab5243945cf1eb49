"""Open a tenant, add who works there, give them a password: for those who run the installation."""

from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation

from accounts.models import Agent, Group, Membership, Role, Session, Tenant
from accounts.permissions import BUILT_IN_ROLES
from accounts.preferences import refresh_caps
from core import clock
from core.actors import SYSTEM
from core.names import clean_name
from core.scope import tenant_scope, unscoped


class Unfit(Exception):
    """What was given cannot be stored; the text is a sentence for the person at the terminal."""


def check_code(what: str, text: str, model: type[models.Model], field: str) -> None:
    """A number or a company code: what can be typed and read out everywhere."""
    longest = _longest(model, field)
    if not (text.isascii() and text.isalnum() and len(text) <= longest):
        raise Unfit(f"{what} must be 1 to {longest} letters a to z and digits, not “{text}”.")


def check_name(what: str, text: str, model: type[models.Model], field: str) -> str:
    """A name that people see, as the console would keep it."""
    longest = _longest(model, field)
    with translation.override("en"):
        try:
            name = clean_name(text)
        except ValidationError as error:
            raise Unfit(f"{what}: {error.messages[0]}") from None
    if not name:
        raise Unfit(f"{what} must not be empty.")
    if len(name) > longest:
        raise Unfit(f"{what} may have {longest} characters at most, not {len(name)}.")
    return name


def check_time_zone(name: str) -> None:
    """A name that Python knows, as in the IANA list."""
    if name not in available_timezones():
        raise Unfit(f"There is no time zone “{name}”: write it like Asia/Shanghai or Europe/Berlin.")


def check_password(password: str) -> None:
    """The rules of the settings, in English as all commands speak."""
    try:
        with translation.override("en"):
            validate_password(password)
    except ValidationError as error:
        raise Unfit(" ".join(error.messages)) from None


def _longest(model: type[models.Model], field: str) -> int:
    found = model._meta.get_field(field)
    if not isinstance(found, models.CharField) or found.max_length is None:
        raise TypeError(f"{model.__name__}.{field} has no length")
    return found.max_length


@transaction.atomic
def open_tenant(
    *, code: str, name: str, language: str = "zh-hans", time_zone: str = "Asia/Shanghai", is_demo: bool = False
) -> Tenant:
    """A new tenant with the built-in roles, named in its language."""
    with unscoped(reason="a tenant that is not there yet has no scope"):
        tenant = Tenant.objects.create(
            code=code, name=name, language=language, time_zone=time_zone, is_demo=is_demo, created_at=clock.now()
        )
    with tenant_scope(tenant.pk), translation.override(language):
        for role_code, (role_name, permissions) in BUILT_IN_ROLES.items():
            Role.objects.create(code=role_code, name=str(role_name), permissions=sorted(permissions))
    return tenant


@transaction.atomic
def add_agent(*, number: str, nickname: str, role: str, password: str, groups: tuple[Group, ...] = ()) -> Agent:
    """A new agent of the current tenant."""
    agent = Agent(number=number, nickname=nickname, role=Role.objects.get(code=role), status_since=clock.now())
    agent.set_password(password)
    agent.save()
    for group in groups:
        Membership.objects.create(agent=agent, group=group)
    refresh_caps(actor=SYSTEM, agent_ids=[agent.pk])
    return agent


def set_password(agent: Agent, password: str) -> int:
    """A new password for an agent of the current tenant; returns how many browsers were signed out by it."""
    with transaction.atomic():
        agent.set_password(password)
        agent.save(update_fields=["password"])
        ended, _ = Session.objects.filter(tenant=agent.tenant_id, agent=agent).delete()
    return ended
