"""Changing one's own password."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import record as audit
from accounts.models import Agent, Session
from core import bus
from core.actors import Actor
from core.errors import Refusal
from core.events.agents import SignedOut
from core.web import throttle

WRONG_ONES = "5/15 minutes"  # wrong passwords of one agent, in all browsers together


class WrongPassword(Refusal):
    """The current password is wrong."""

    code = "wrong_password"
    text = _("This is not your password.")
    field = "old"


def change_own_password(*, actor: Actor, old: str, new: str) -> None:
    """Sets a new password and ends all sessions of the agent; the view renews the caller's.

    Raises `WrongPassword`, or `TooMany` after five wrong ones in 15 minutes. The caller validates `new`.
    """
    with throttle.attempt((WRONG_ONES, "own-password", str(actor.row_id))) as attempt:
        try:
            _change(actor, old, new)
        except WrongPassword:
            attempt.failed()
            raise


@transaction.atomic
def _change(actor: Actor, old: str, new: str) -> None:
    agent = Agent.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.row_id)
    if not agent.check_password(old):
        raise WrongPassword
    agent.set_password(new)
    agent.save(update_fields=["password"])
    audit.record(
        actor=actor,
        action="agent.password_changed",
        kind="agent",
        object_id=agent.pk,
        name=agent.nickname,
        before={},
        after={},
    )
    Session.objects.filter(agent=agent).delete()
    bus.publish(SignedOut(tenant_id=agent.tenant_id, actor=actor, agent_id=agent.pk))
