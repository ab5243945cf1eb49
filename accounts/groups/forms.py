"""Forms of an agent group and of its members."""


from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.groups import actions
from accounts.agents import actions as agent_actions
from accounts.passwords.forms import PasswordField, need_other_than
from accounts.agents.leaving import AskFirst
from accounts.models import Agent, Group, Role, Tenant
from accounts.passwords.rules import names_of
from core.console.editing import VersionedForm, words_of
from core.settings.known import LARGEST_CAP
from core.console.names import NameField
from core.console.typed import NarrowEmailField, NarrowField

from accounts.agents.forms import MOST, USUAL_WEIGHT


class GroupForm(VersionedForm):
    """A group of agents."""

    name = NameField(label=_("Name"), max_length=30)
    sort = forms.IntegerField(
        label=_("Sort number"),
        min_value=-(10**6),
        max_value=10**6,
        initial=0,
        help_text=_("Larger numbers come first."),
    )

    def facts(self) -> actions.Facts:
        """What was said, for the actions."""
        values = self.cleaned_data
        return actions.Facts(values["name"], values["sort"])


def group_initial(group: Group) -> dict[str, Any]:
    """The form's values as they are saved."""
    return {"version": group.version, "name": group.name, "sort": group.sort}


class WeightForm(forms.Form):
    """How well the ticked agents know what the group is asked."""

    weight = forms.IntegerField(label=_("Skill weight"), min_value=0, max_value=MOST, initial=USUAL_WEIGHT)
