"""Entries about signing in and out, in the log and the audit log: who, from where, with which result.

Anybody can cause failures, so their entries are rate limited. A name that cannot be one is masked: people type
passwords into the wrong field.
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
LINES = "60/minute"  # failures in the log
ENTRIES = "100/hour"  # failures in a tenant's audit log
THROTTLED = "1/15 minutes"  # entries about throttling, for one name from one network


def record_sign_in(agent: Agent, address: str) -> None:
    """The agent signed in. Called within the tenant's scope."""
    log.info("%s signed in from %s", agent.sign_in_name, address)
    _record(agent, agent.sign_in_name, "sign_in.opened", address)


def record_sign_out(agent: Agent, address: str) -> None:
    """The agent signed out. Called within the tenant's scope."""
    log.info("%s signed out from %s", agent.sign_in_name, address)
    _record(agent, agent.sign_in_name, "sign_in.ended", address)


def record_refused(name: SignInName, agent: Agent | None, address: str) -> None:
    """A wrong name or password; `agent` is the owner of the name, if any."""
    _failed(name, agent, "sign_in.refused", "wrong sign-in as %s from %s", address)


def record_throttled(name: SignInName, agent: Agent | None, address: str, network: str) -> None:
    """An attempt was throttled; recorded once per `THROTTLED`."""
    if _within_limit(THROTTLED, "sign-in-throttled", name.key, network):
        _failed(name, agent, "sign_in.throttled", "too many wrong sign-ins as %s, now from %s", address)


def _failed(name: SignInName, agent: Agent | None, action: str, sentence: str, address: str) -> None:
    shown = name.shown
    if _within_limit(LINES, "sign-in-lines"):
        log.warning(sentence, shown, address)
    tenant: Tenant | None = agent.tenant if agent is not None else tenant_by_code(name.tenant_code)
    if tenant is None or not _within_limit(ENTRIES, "sign-in-entries", str(tenant.pk)):
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


def _within_limit(rule: str, *key: str) -> bool:
    """Whether one more may be recorded; counts it."""
    try:
        throttle.count(rule, *key)
    except TooMany:
        return False
    return True
