"""Settings of reception: opening hours, welcome texts, and whether agents see what visitors are writing."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from core.settings.declare import Setting, register
from core.settings.hours import ALWAYS
from core.settings.kinds import OpeningHours, Switch, Text
from core.settings.levels import CHANNEL_LEVELS, Level

LONGEST_WELCOME = 500
NICKNAME, OPENS = "{nickname}", "{opens}"
OF_THE_SITE = {Level.SERVICE_ACCOUNT: Permission.MANAGE_CHANNELS, Level.CHANNEL: Permission.MANAGE_CHANNELS}

HOURS = register(
    Setting(
        name="hours",
        label=_("Opening hours"),
        help=_(
            "Outside these hours visitors get the other welcome text and wait until you open; agents may still accept "
            "them by hand. A group with hours of its own is given conversations in its own hours only."
        ),
        default=ALWAYS,
        levels=(*CHANNEL_LEVELS, Level.GROUP),
        kind=OpeningHours(),
        sort=10,
        set_by=OF_THE_SITE | {Level.GROUP: Permission.MANAGE_TEAM},
    )
)
WELCOME = register(
    Setting(
        name="welcome",
        label=_("Welcome text"),
        help=_("The first thing a visitor reads. {nickname} stands for the visitor's name. Empty: no welcome."),
        default="",
        levels=CHANNEL_LEVELS,
        kind=Text(LONGEST_WELCOME, placeholders=(NICKNAME,)),
        sort=20,
        set_by=OF_THE_SITE,
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
        levels=CHANNEL_LEVELS,
        kind=Text(LONGEST_WELCOME, placeholders=(NICKNAME, OPENS)),
        sort=21,
        set_by=OF_THE_SITE,
    )
)
TYPING_PREVIEW = register(
    Setting(
        name="typing_preview",
        label=_("Typing preview"),
        help=_(
            "The agent of a conversation sees what the visitor is writing before it is sent. The chat tells visitors "
            "so as long as this is on, and nothing of it is stored."
        ),
        default=False,
        levels=CHANNEL_LEVELS,
        kind=Switch(),
        sort=25,
    )
)
