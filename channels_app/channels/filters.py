"""The filter of the list of channels."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.console.filters import ChoiceFilter, FilterForm, SearchFilter

ON, OFF, UNSEEN = "on", "off", "unseen"
STATES = {ON: Q(is_active=True), OFF: Q(is_active=False), UNSEEN: Q(seen_at=None)}


class ChannelFilter(FilterForm):
    """By text, and by state."""

    q = SearchFilter("name", "service_account__name")
    state = ChoiceFilter(
        _("State"),
        [(ON, _("Switched on")), (OFF, _("Switched off")), (UNSEEN, _("Not seen yet"))],
        STATES.__getitem__,
    )
