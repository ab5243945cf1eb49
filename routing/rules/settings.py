"""The setting of assignment rules."""

from django.utils.translation import gettext_lazy as _

from conversations.states import RULE_LABELS, Rule
from core.settings.declare import Setting, register
from core.settings.kinds import Choice
from core.settings.levels import Level

ASSIGNMENT_RULE = register(
    Setting(
        name="assignment_rule",
        label=_("Assignment rule"),
        help=_("Who gets the next waiting visitor."),
        default=Rule.LEAST_BUSY,
        levels=(Level.PLATFORM, Level.TENANT, Level.SERVICE_ACCOUNT),
        kind=Choice(RULE_LABELS),
        sort=30,
    )
)
