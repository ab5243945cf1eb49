"""The form of a service account."""

from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.groups.queries import groups_that_can_serve
from accounts.models import Group
from channels_app.models import ServiceAccount
from channels_app.service_accounts.queries import groups_behind
from core.console.editing import VersionedForm
from core.console.names import NameField

PICTURES = ".jpg,.jpeg,.png,.webp,image/jpeg,image/png,image/webp"


class AccountForm(VersionedForm):
    """A service account."""

    name = NameField(label=_("Name"), max_length=30, help_text=_("Customers see this name over the chat."))
    avatar = forms.FileField(
        label=_("Avatar"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": PICTURES}),
        help_text=_(
            "JPG, PNG or WebP, square, at least 200 × 200 pixels, 2 MB at most. Without one: the first letter."
        ),
    )
    without_avatar = forms.BooleanField(label=_("Remove the avatar"), required=False)
    groups = forms.MultipleChoiceField(
        label=_("Serving groups"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their agents answer what comes through its channels."),
        error_messages={"required": _("Choose at least one group: otherwise nobody answers.")},
    )
    show_agent_name = forms.BooleanField(
        label=_("Show the agent's name"),
        required=False,
        initial=True,
        help_text=_("Customers see who writes; switched off, everything is said in the service account's name."),
    )

    def __init__(self, *args: Any, has_avatar: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = groups_that_can_serve()
        groups = [(group.public_id, _group_text(group, able=group.pk in able)) for group in Group.objects.all()]
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]
        if len(groups) == 1:
            self.initial.setdefault("groups", [groups[0][0]])
        if not has_avatar:
            del self.fields["without_avatar"]

    @classmethod
    def of(cls, row: ServiceAccount, data: QueryDict | None, files: Any = None) -> Self:
        """The form of a service account, with the sent or the saved values."""
        known = {
            "name": row.name,
            "groups": [group.public_id for group in groups_behind(row)],
            "show_agent_name": row.show_agent_name,
            "version": row.version,
        }
        return cls(data, files, initial=known, has_avatar=bool(row.avatar))

    def arguments(self) -> dict[str, Any]:
        """The values for the action; no file means no new picture."""
        return self.own_values | {"avatar": self.cleaned_data["avatar"] or None}


def _group_text(group: Group, *, able: bool) -> str:
    return group.name if able else _("%(group)s (nobody can serve)") % {"group": group.name}
