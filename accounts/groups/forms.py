"""Forms of an agent group and of its members."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.agents.forms import MAX_WEIGHT, USUAL_WEIGHT
from accounts.groups import actions
from core.console.editing import VersionedForm
from core.console.forms import Form
from core.console.names import NameField


class GroupForm(VersionedForm):
    """A group of agents."""

    name = NameField(label=_("Name"), max_length=30)
    sort = forms.IntegerField(
        label=_("Priority"),
        min_value=-(10**6),
        max_value=10**6,
        initial=0,
        help_text=_(
            "Groups with a larger number come first in lists. Of an agent's groups that set “Conversations at once” "
            "the one with the largest number counts."
        ),
    )

    def arguments(self) -> dict[str, Any]:
        """The values for the action."""
        return {"values": actions.GroupInput(**self.own_values)}


class WeightForm(Form):
    """The skill weight of the ticked agents."""

    weight = forms.IntegerField(label=_("Skill weight"), min_value=0, max_value=MAX_WEIGHT, initial=USUAL_WEIGHT)
