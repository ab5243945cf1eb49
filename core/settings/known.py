"""The settings there are (docs/decisions/0009-settings.md). Durations in minutes."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.settings.declare import Setting, register
from core.settings.hours import ALWAYS
from core.settings.kinds import Choice, Duration, OpeningHours, Switch, Text, Whole
from core.settings.levels import Level

LARGEST_CAP = 500
LONGEST_WELCOME = 500
TWO_DAYS, ONE_WEEK = 48 * 60, 7 * 24 * 60
ALONG_THE_CHANNEL = (Level.PLATFORM, Level.TENANT, Level.SERVICE_ACCOUNT, Level.CHANNEL)


class Rule(StrEnum):
    """How the next agent is chosen."""

    LEAST_BUSY = "least_busy"
    ROUND_ROBIN = "round_robin"
    MANUAL = "manual"


RULE_LABELS: dict[Rule, Any] = {
    Rule.LEAST_BUSY: _("Least busy"),
    Rule.ROUND_ROBIN: _("Round robin"),
    Rule.MANUAL: _("Manual only"),
}


NICKNAME, OPENS = "{nickname}", "{opens}"

HOURS = register(
    Setting(
        name="hours",
        label=_("Opening hours"),
        help=_(
            "Outside these hours visitors get the other welcome text and wait until you open; agents may still accept "
            "them by hand. A group with hours of its own is given conversations in its own hours only."
        ),
        default=ALWAYS,
        levels=(*ALONG_THE_CHANNEL, Level.GROUP),
        kind=OpeningHours(),
    )
)
WELCOME = register(
    Setting(
        name="welcome",
        label=_("Welcome text"),
        help=_("The first thing a visitor reads. {nickname} stands for the visitor's name. Empty: no welcome."),
        default="",
        levels=ALONG_THE_CHANNEL,
        kind=Text(LONGEST_WELCOME, placeholders=(NICKNAME,)),
    )
)
WELCOME_OUT_OF_HOURS = register(
    Setting(
        name="welcome_out_of_hours",
        label=_("Welcome text out of hours"),
        help=_(
            "Instead of the welcome text while you are closed. {opens} stands for the next opening time; without it "
            "a sentence with that time is added."
        ),
        default="",
        levels=ALONG_THE_CHANNEL,
        kind=Text(LONGEST_WELCOME, placeholders=(NICKNAME, OPENS)),
    )
)
ASSIGNMENT_RULE = register(
    Setting(
        name="assignment_rule",
        label=_("Assignment rule"),
        help=_("Who gets the next waiting visitor."),
        default=Rule.LEAST_BUSY,
        levels=(Level.PLATFORM, Level.TENANT, Level.SERVICE_ACCOUNT),
        kind=Choice(RULE_LABELS),
    )
)
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
    )
)
IDLE_END = register(
    Setting(
        name="idle_end",
        label=_("End after silence"),
        help=_(
            "A conversation in which nobody writes for so long ends by itself. A hand-over to an agent begins it anew."
        ),
        default=60,
        levels=ALONG_THE_CHANNEL,
        kind=Duration(1, TWO_DAYS),
    )
)
IDLE_END_WAITS = register(
    Setting(
        name="idle_end_waits",
        label=_("Not while the agent owes a reply"),
        help=_("A conversation in which the customer wrote last does not end by silence, however long it lasts."),
        default=False,
        levels=ALONG_THE_CHANNEL,
        kind=Switch(),
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
        levels=ALONG_THE_CHANNEL,
        kind=Duration(1, ONE_WEEK),
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
        levels=ALONG_THE_CHANNEL,
        kind=Duration(0, TWO_DAYS),
    )
)
