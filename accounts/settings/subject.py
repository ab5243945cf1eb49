"""The tenant and its settings in the audit log; settings of other places are recorded under their own kinds."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.audit.kinds import Kind, one_of, register
from accounts.audit.subjects import SETTING_ACTIONS, setting_fields, setting_words
from core.settings.levels import Level

register(
    Kind(
        "tenant",
        _("Company"),
        {"tenant.opened": _("Company opened"), **SETTING_ACTIONS},
        {
            "code": _("Company number"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            **setting_fields(Level.TENANT),
        },
        {"language": one_of(dict(settings.LANGUAGES)), **setting_words(Level.TENANT)},
    )
)
