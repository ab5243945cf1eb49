"""Settings of time limits, in minutes (docs/decisions/0009-settings.md)."""

from django.utils.translation import gettext_lazy as _

from core.settings.declare import Setting, register
from core.settings.kinds import Duration, Switch
from core.settings.levels import CHANNEL_LEVELS

TWO_DAYS, ONE_WEEK = 48 * 60, 7 * 24 * 60

IDLE_END = register(
    Setting(
        name="idle_end",
        label=_("End after silence"),
        help=_(
            "A conversation in which nobody writes for so long ends by itself. A hand-over to an agent begins it anew."
        ),
        default=60,
        levels=CHANNEL_LEVELS,
        kind=Duration(1, TWO_DAYS),
        sort=50,
    )
)
IDLE_END_WAITS = register(
    Setting(
        name="idle_end_waits",
        label=_("Not while the agent owes a reply"),
        help=_("A conversation in which the customer wrote last does not end by silence, however long it lasts."),
        default=False,
        levels=CHANNEL_LEVELS,
        kind=Switch(),
        sort=51,
    )
)
WAITING_EXPIRY = register(
    Setting(
        name="waiting_expiry",
        label=_("Longest time in the queue"),
        help=_(
            "Who waits for an agent longer than this leaves the queue. Only opening hours count, and whoever is given "
            "back to the queue begins anew."
        ),
        default=24 * 60,
        levels=CHANNEL_LEVELS,
        kind=Duration(1, ONE_WEEK),
        sort=52,
    )
)
ABSENT_HOLDER = register(
    Setting(
        name="absent_holder",
        label=_("Back to the queue when the agent is away"),
        help=_(
            "An agent who closed the browser or lost the network for a minute, or signed out, is away. Whoever waits "
            "for an answer of such an agent returns to the front of the queue after so long."
        ),
        default=1,
        levels=CHANNEL_LEVELS,
        kind=Duration(0, TWO_DAYS),
        sort=53,
    )
)
