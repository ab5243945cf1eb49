"""Rules of passwords."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Agent
from core.console.typed import narrow

MIN_OWN_CHARACTERS = 4  # characters beside one's own names


class LongEnough(MinimumLengthValidator):
    """At least 8 characters. Whitespace and invisible characters do not count, except single blanks between words."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError` where the password is too short."""
        super().validate(" ".join("".join(filter(_shows, password)).split()), user)

    def get_error_message(self) -> str:
        """The message for the field."""
        return _("This password is too short. Please choose at least %(count)s characters.") % {
            "count": self.min_length
        }


class Uncommon(CommonPasswordValidator):
    """Not among the twenty thousand most common passwords."""

    def get_error_message(self) -> str:
        """The message for the field."""
        return _("This password is too simple: many people use it. Please choose another one.")


def check_new_password(password: str, *, names: Iterable[str] = ()) -> None:
    """Checks AUTH_PASSWORD_VALIDATORS, and that the password is more than its owner's names; raises
    `ValidationError`."""
    validate_password(password)
    whole = left = narrow(password).casefold()
    for name in sorted({narrow(each).casefold() for each in names if each}, key=len, reverse=True):
        left = left.replace(name, "")
    if left != whole and len(left) < MIN_OWN_CHARACTERS:
        raise ValidationError(_("Please choose a password that is not made of your own name or number."), code="names")


def names_of(agent: Agent, company: str) -> tuple[str, ...]:
    """The agent's names, which an attacker would try first."""
    return (agent.number, f"@{company}", agent.nickname, agent.email, agent.email.partition("@")[0])


def _shows(character: str) -> bool:
    """Whether a character counts; blanks do here, and runs of them are joined later."""
    return unicodedata.category(character)[0] not in "CM" or character.isspace()
