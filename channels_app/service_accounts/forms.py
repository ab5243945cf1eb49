"""The form of a service account."""


import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Group
from accounts.groups.queries import groups_that_can_serve
from channels_app.channels.actions import MOST_SITES, NoSites, TooManySites
from channels_app.embed_codes.designs import Design, LARGEST_OFFSET
from channels_app.models import Channel, Icon, ServiceAccount
from channels_app.origins import ANY, readable, site_of
from core.console.editing import VersionedForm
from core.console.filters import Choice, words
from core.console.listing import FilterForm
from core.console.names import NameField
from core.console.ordering import Spoken
from core.console.typed import NarrowField



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


def _group_text(group: Group, *, able: bool) -> str:
    return group.name if able else _("%(group)s (nobody can serve)") % {"group": group.name}
