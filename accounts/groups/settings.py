"""Groups as places of settings."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from accounts.settings.levels import LevelSpec, register_level
from accounts.settings.places import group_place
from core.settings.levels import Level

register_level(LevelSpec(Level.GROUP, _("Agent group"), rows=Group.objects.all, place_of=group_place))
