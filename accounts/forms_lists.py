"""What the lists of the team and of the audit log can be narrowed by."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from accounts import audit_kinds, roster
from accounts.audit_search import entries_with
from accounts.models import Agent, AuditEntry, Group, Membership, Status
from core.clock import FIRST_DAY, LAST_DAY
from core.listing import FilterForm

SEARCH = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
ALL = ("", _("All"))


def day_field(label: Any) -> forms.DateField:
    """A day in the tenant's time; the calendar's own ends have no day before or after them."""
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )


def choices_of(form: FilterForm, name: str, choices: list[tuple[str, Any]]) -> None:
    """What a field of the form offers, beside all of it."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 – the form's own declaration
    field.choices = [ALL, *choices]


class AgentFilter(FilterForm):
    """Agents by words, group, role, status, and whether they may sign in."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": _("Number, nickname, e-mail")}
        ),
    )
    group = forms.ChoiceField(label=_("Group"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[ALL, *Status.choices])
    enabled = forms.ChoiceField(
        label=_("Account"), required=False, choices=[ALL, ("yes", _("Enabled")), ("no", _("Disabled"))]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = Group.objects.values_list("public_id", "name")
        choices_of(self, "group", [("none", _("Without a group")), *groups])
        choices_of(self, "role", [(role.code, str(role)) for role in roster.roles()])

    def narrow(self, rows: QuerySet[Agent]) -> QuerySet[Agent]:
        """All that is given must be true."""
        words, group, enabled = self.value("q"), self.value("group"), self.value("enabled")
        if words:
            rows = rows.filter(Q(number__icontains=words) | Q(nickname__icontains=words) | Q(email__icontains=words))
        if group == "none":
            rows = rows.exclude(pk__in=Membership.objects.values("agent"))
        elif group:
            rows = rows.filter(pk__in=Membership.objects.filter(group__public_id=group).values("agent"))
        if enabled:
            rows = rows.filter(is_active=enabled == "yes")
        given = {"role__code": self.value("role"), "status": self.value("status")}
        return rows.filter(**{name: value for name, value in given.items() if value})


class MemberFilter(FilterForm):
    """Members, or those who could become one, by words."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60, widget=SEARCH)

    def narrow(self, rows: QuerySet[Agent]) -> QuerySet[Agent]:
        """By number and nickname."""
        words = self.value("q")
        return rows.filter(Q(number__icontains=words) | Q(nickname__icontains=words)) if words else rows


class AuditFilter(FilterForm):
    """Entries by time, who, what, and words in what changed."""

    days_between = ("since", "until")
    since = day_field(_("From"))
    until = day_field(_("To"))
    who = forms.CharField(label=_("Done by"), required=False, max_length=60, widget=SEARCH)
    action = forms.ChoiceField(label=_("Action"), required=False)
    kind = forms.ChoiceField(label=_("Kind of object"), required=False)
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Object, values, address")}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices_of(self, "action", list(audit_kinds.actions().items()))
        choices_of(self, "kind", [(kind.name, kind.label) for kind in audit_kinds.kinds()])

    def narrow(self, rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """All that is given must be true."""
        since, until, words = self.value("since"), self.value("until"), self.value("q")
        given = {
            "at__gte": _begin(since) if since else None,
            "at__lt": _begin(until + timedelta(days=1)) if until else None,
            "actor_name__icontains": self.value("who"),
            "action": self.value("action"),
            "object_kind": self.value("kind"),
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        return rows.filter(pk__in=entries_with(words)) if words else rows


def _begin(day: Any) -> datetime:
    return make_aware(datetime.combine(day, time()))
