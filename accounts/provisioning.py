"""Opening tenants, adding agents, setting passwords: for the command line of the installation's operator."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation

from accounts.agents import actions as agent_actions
from accounts.models import Agent, Group, Session, Tenant
from accounts.passwords.rules import check_new_password
from accounts.roles.sync import add_built_in_roles
from core import clock
from core.actors import COMMAND_LINE
from core.console.names import clean_name
from core.settings.hours import zones
from core.tenancy.scope import tenant_scope, unscoped


class InvalidInput(Exception):
    """The input cannot be stored; the message is a sentence for the operator."""


def check_code(what: str, text: str, model: type[models.Model], field: str) -> None:
    """A number or tenant code: ASCII letters and digits, as long as the column; raises `InvalidInput`."""
    longest = _longest(model, field)
    if not (text.isascii() and text.isalnum() and len(text) <= longest):
        raise InvalidInput(f"{what} must be 1 to {longest} letters a to z and digits, not “{text}”.")


def check_name(what: str, text: str, model: type[models.Model], field: str) -> str:
    """The name as the console would store it; raises `InvalidInput`."""
    longest = _longest(model, field)
    with translation.override("en"):
        try:
            name = clean_name(text)
        except ValidationError as error:
            raise InvalidInput(f"{what}: {error.messages[0]}") from None
    if not name:
        raise InvalidInput(f"{what} must not be empty.")
    if len(name) > longest:
        raise InvalidInput(f"{what} may have {longest} characters at most, not {len(name)}.")
    return name


def check_time_zone(name: str) -> None:
    """Raises `InvalidInput` unless the name is a known IANA time zone."""
    if name not in zones():
        raise InvalidInput(f"There is no time zone “{name}”: write it like Asia/Shanghai or Europe/Berlin.")


def check_password(password: str, *, names: Iterable[str] = ()) -> None:
    """Checks a new password; raises `InvalidInput` in the current language."""
    try:
        check_new_password(password, names=names)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from None


def _longest(model: type[models.Model], field: str) -> int:
    found = model._meta.get_field(field)
    if not isinstance(found, models.CharField) or found.max_length is None:
        raise TypeError(f"{model.__name__}.{field} has no length")
    return found.max_length


@transaction.atomic
def open_tenant(
    *, code: str, name: str, language: str = "zh-hans", time_zone: str = "Asia/Shanghai", is_demo: bool = False
) -> Tenant:
    """Creates a tenant with the built-in roles, named in its language."""
    with unscoped(reason="a tenant that is not there yet has no scope"):
        tenant = Tenant.objects.create(
            code=code, name=name, language=language, time_zone=time_zone, is_demo=is_demo, created_at=clock.now()
        )
    with tenant_scope(tenant.pk), translation.override(language):
        add_built_in_roles()
    return tenant


def add_agent(*, number: str, nickname: str, role: str, password: str, groups: tuple[Group, ...] = ()) -> Agent:
    """Adds an agent to the current tenant; raises the refusals of `accounts.agents.actions.add_agent`."""
    weights = dict.fromkeys((group.public_id for group in groups), agent_actions.USUAL_WEIGHT)
    values = agent_actions.AgentInput(number=number, nickname=nickname, role=role, groups=weights)
    return agent_actions.add_agent(actor=COMMAND_LINE, values=values, password=password)


@transaction.atomic
def set_password(agent: Agent, password: str) -> int:
    """Sets an agent's password in the current tenant; returns the number of sessions that it ended."""
    signed_in = Session.objects.filter(agent=agent, expire_date__gt=clock.now()).count()
    agent_actions.reset_password(actor=COMMAND_LINE, agent=agent.public_id, password=password)
    return signed_in
