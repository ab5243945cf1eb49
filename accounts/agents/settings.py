"""How much the rules give an agent."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from core.settings.declare import Setting, register
from core.settings.kinds import Whole
from core.settings.levels import Level

LARGEST_CAP = 500

MAX_CONCURRENT = register(
    Setting(
        name="max_concurrent",
        label=_("Conversations at once"),
        help=_(
            "The rules give an agent no more than this. Of an agent's groups that say something the one with the "
            "largest sort number counts."
        ),
        default=10,
        levels=(Level.TENANT, Level.GROUP, Level.AGENT),  # kept on agents' rows, which know no platform
        kind=Whole(0, LARGEST_CAP),
        sort=40,
        said_by={Level.GROUP: Permission.MANAGE_TEAM, Level.AGENT: Permission.MANAGE_TEAM},
    )
)
