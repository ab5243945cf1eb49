"""Sign-ins and sign-outs in the audit log."""

from django.utils.translation import gettext_lazy as _

from accounts.agents.subject import AGENT
from accounts.audit.kinds import Kind, register
from accounts.audit.subjects import pages

register(
    Kind(
        "sign_in",
        _("Sign-in"),
        {
            "sign_in.opened": _("Signed in"),
            "sign_in.ended": _("Signed out"),
            "sign_in.refused": _("Wrong sign-in"),
            "sign_in.throttled": _("Too many wrong sign-ins"),
        },
        addresses=pages(AGENT),
        permission=AGENT.permission,
    )
)
