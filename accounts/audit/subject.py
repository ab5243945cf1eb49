"""The audit log, as it tells of itself."""

from django.utils.translation import gettext_lazy as _

from accounts.audit.kinds import Kind, register
from accounts.audit.subjects import EXPORT, EXPORT_WORDS

register(
    Kind(
        "audit", _("Audit log"), {"audit.exported": _("Audit log exported")}, EXPORT, EXPORT_WORDS, only=_("Audit log")
    )
)
