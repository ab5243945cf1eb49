"""Rules of passwords, in our own words: Django's are not in every language of the interface."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """At least 8 characters."""

    def get_error_message(self) -> str:
        """For the field."""
        return _("This password is too short. Please choose at least %(count)s characters.") % {
            "count": self.min_length
        }
