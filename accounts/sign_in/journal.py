"""What the log and the audit log tell of signing in and out: who, from where, and whether it went wrong.

Wrong names and passwords are anybody's to send, so what is told of them is bounded: a flood fills neither. A name that
is none is not told: people type passwords into the wrong field.
"""

import logging

from accounts.audit import record as audit
from accounts.models import Agent, Tenant
from accounts.sign_in.names import SignInName, tenant_by_code
from core.actors import NOBODY
from core.errors import TooMany
from core.tenancy.scope import tenant_scope
from core.web import throttle

log = logging.getLogger(__name__)
LINES = "60/minute"  # of the log, from everybody together
ENTRIES = "100/hour"  # of a company's audit log, from everybody together
THROTTLED = "1/15 minutes"  # for one name from one network


def opened(agent: Agent, address: str) -> None:
    """The right password, within the agent's tenant."""
    log.info("%s signed in from %s", agent.sign_in_name, address)
    _record(agent, agent.sign_in_name, "sign_in.opened", address)


def ended(agent: Agent, address: str) -> None:
    """Signed out by their own hand, within the agent's tenant."""
    log.info("%s signed out from %s", agent.sign_in_name, address)
    _record(agent, agent.sign_in_name, "sign_in.ended", address)


def refused(name: SignInName, agent: Agent | None, address: str) -> None:
    """A wrong name or password; `agent` is who has the name."""
    _failed(name, agent, "sign_in.refused", "wrong sign-in as %s from %s", address)


def throttled(name: SignInName, agent: Agent | None, address: str, network: str) -> None:
    """Too many wrong ones, told once in a while."""
    if _room(THROTTLED, "sign-in-throttled", name.key, network):
        _failed(name, agent, "sign_in.throttled", "too many wrong sign-ins as %s, now from %s", address)


def _failed(name: SignInName, agent: Agent | None, action: str, sentence: str, address: str) -> None:
    shown = name.shown
    if _room(LINES, "sign-in-lines"):
        log.warning(sentence, shown, address)
    tenant: Tenant | None = agent.tenant if agent is not None else tenant_by_code(name.tenant_code)
    if tenant is None or not _room(ENTRIES, "sign-in-entries", str(tenant.pk)):
        return
    with tenant_scope(tenant.pk):
        _record(agent, shown, action, address, by_them=False)


def _record(agent: Agent | None, name: str, action: str, address: str, *, by_them: bool = True) -> None:
    with audit.coming_from(address):
        audit.record(
            actor=agent.actor() if agent is not None and by_them else NOBODY,
            action=action,
            kind="sign_in",
            object_id=agent.pk if agent is not None else None,
            name=name,
            before={},
            after={},
        )


def _room(rule: str, *key: str) -> bool:
    """Whether one more may be told."""
    try:
        throttle.count(rule, *key)
    except TooMany:
        return False
    return True
