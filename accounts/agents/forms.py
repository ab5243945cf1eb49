"""Forms of an agent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.agents import actions
from accounts.agents.leaving import ConfirmationNeeded
from accounts.agents.settings import LARGEST_CAP
from accounts.models import Agent, Group, Role, Tenant
from accounts.passwords.forms import PasswordField, check_against_names
from accounts.passwords.rules import names_of
from core.console.editing import VersionedForm, words_of
from core.console.names import NameField
from core.console.typed import NarrowEmailField, NarrowField

MAX_WEIGHT, USUAL_WEIGHT = 100, actions.USUAL_WEIGHT
IN, WEIGHT = "in_", "weight_"
NUMBER_RULE = RegexValidator(r"^[A-Za-z0-9]+\Z", _("Letters a to z and digits only."))


class AgentForm(VersionedForm):
    """An agent's account; each group is a checkbox and a skill weight."""

    number = NarrowField(
        label=_("Number"),
        max_length=20,
        validators=[NUMBER_RULE],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    nickname = NameField(label=_("Nickname"), max_length=30, help_text=_("Colleagues and customers see this name."))
    email = NarrowEmailField(label=_("E-mail"), required=False, max_length=254)
    role = forms.ChoiceField(label=_("Role"))
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)  # the change whose consequences were confirmed
    cap = forms.IntegerField(label=_("Conversations at once"), required=False, min_value=0, max_value=LARGEST_CAP)

    def __init__(
        self,
        *args: Any,
        roles: Iterable[Role],
        groups: Iterable[Group],
        cap: Any,
        heirs: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._leaves_behind = False
        if heirs:
            self.fields["heir"] = forms.ChoiceField(label=_("Their conversations"), required=False, choices=heirs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101 – declared above
        role.choices = [(each.code, str(each)) for each in roles]
        self.groups = list(groups)
        for group in self.groups:
            self.fields[IN + group.public_id] = forms.BooleanField(label=group.name, required=False)
            self.fields[WEIGHT + group.public_id] = forms.IntegerField(
                label=_("Skill weight in %(group)s") % {"group": group.name},
                required=False,
                min_value=0,
                max_value=MAX_WEIGHT,
                initial=USUAL_WEIGHT,
            )
        self.fields["groups"] = forms.Field(label=_("Groups and skill weights"), required=False)  # holds their errors
        self._explain_cap(cap)

    def _explain_cap(self, cap: Any) -> None:
        field = self.fields["cap"]
        field.widget.attrs["placeholder"] = str(cap.inherited)
        field.help_text = _("Empty: as set above, now %(number)d.") % {"number": cap.inherited}
        if cap.locked_by is not None:
            field.disabled = True
            field.help_text = _("Set for everybody by the administrator.")

    def clean(self) -> dict[str, Any]:
        """Refuses a checkbox of a group that does not exist any more."""
        values = super().clean() or self.cleaned_data
        offered = {IN + each.public_id for each in self.groups}
        if any(name.startswith(IN) and name not in offered for name in self.data):
            gone = _("A group that was ticked is not there any more. Look at the groups and save again.")
            self.add_error("groups", forms.ValidationError(gone, code="gone"))
        return values

    @property
    def rows(self) -> list[tuple[Group, forms.BoundField, forms.BoundField]]:
        """Each group with its two fields."""
        return [(each, self[IN + each.public_id], self[WEIGHT + each.public_id]) for each in self.groups]

    @property
    def groups_field(self) -> forms.BoundField:
        """The field that holds the errors of all groups."""
        return self["groups"]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The fields other than groups."""
        return [self[name] for name in ("number", "nickname", "email", "role")]

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        """With all groups as one value."""
        own = {name: value for name, value in values.items() if not name.startswith((IN, WEIGHT)) and name != "groups"}
        ticked = [f"{each.name} {weight}" for each, weight in self._ticked(values)]
        return super().words(own) | {str(self.groups_field.label): words_of(self.fields["groups"], ticked)}

    @property
    def asks_heir(self) -> bool:
        """Whether the form asks, or was asked, who gets the agent's conversations."""
        return self._leaves_behind or ("heir" in self.fields and "heir" in self.data)

    def ask_once(self, consequences: Sequence[str], *, leaves_behind: bool = False) -> None:
        """Raises `ConfirmationNeeded` with the other consequences of the change, unless they were confirmed; where an
        agent with conversations loses the desk, the page then asks who gets them."""
        self._leaves_behind = leaves_behind
        values = self.cleaned_data
        change = " ".join([values["role"], *sorted(each.public_id for each, _weight in self._ticked(values))])
        if consequences and values["agreed"] != change:
            again: Any = self.data
            self.data = again = again.copy()
            again["agreed"] = change
            raise ConfirmationNeeded(consequences)

    def _ticked(self, values: Mapping[str, Any]) -> list[tuple[Group, int]]:
        """The ticked groups with their weights."""
        ticked = [each for each in self.groups if values.get(IN + each.public_id)]
        return [(each, _weight(values.get(WEIGHT + each.public_id))) for each in ticked]

    def values(self) -> actions.AgentInput:
        """The values for the actions."""
        values = self.cleaned_data
        return actions.AgentInput(
            number=values["number"],
            nickname=values["nickname"],
            email=values["email"],
            role=values["role"],
            groups={each.public_id: weight for each, weight in self._ticked(values)},
            cap=values["cap"],
        )


class NewAgentForm(AgentForm):
    """A new agent: with a password, and in the group if there is only one."""

    password = PasswordField(
        label=_("Password"), help_text=_("At least 8 characters. Tell it to the agent."), suggests=True
    )

    def clean(self) -> dict[str, Any]:
        """Checks the password against the names."""
        values = super().clean()
        known = Agent(**{name: values.get(name, "") for name in ("number", "nickname", "email")})
        check_against_names(self, names_of(known, Tenant.objects.get().code))
        return values

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["role"] = "agent"
        if len(self.groups) == 1:
            self.initial[IN + self.groups[0].public_id] = True

    def arguments(self) -> dict[str, Any]:
        """The values for the action."""
        return {"values": self.values(), "password": self.cleaned_data["password"]}

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """With the password."""
        return [*super().plain_fields, self["password"]]


def _weight(given: int | None) -> int:
    return USUAL_WEIGHT if given is None else given


def agent_initial(agent: Agent, *, cap: int | None) -> dict[str, Any]:
    """The form's initial values."""
    weights = {row.group.public_id: row.weight for row in agent.memberships.all()}
    return {
        "version": agent.version,
        "number": agent.number,
        "nickname": agent.nickname,
        "email": agent.email,
        "role": agent.role.code,
        "cap": cap,
        **{IN + key: True for key in weights},
        **{WEIGHT + key: weight for key, weight in weights.items()},
    }
