"""The audit log in the console, and as it tells of itself."""

from collections.abc import Mapping

from django.db.models import Case
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import kinds, queries
from accounts.audit.cells import at_cell, changes_cell, object_cell, who_cell
from accounts.audit.filters import AuditFilter
from accounts.models import AuditEntry
from accounts.permissions import Permission
from core.console.columns import Column, Keys
from core.console.ordering import AlphabeticalOrder, alphabetical_key, in_listed_order
from core.console.subject import Subject, Words, register


def _by_action() -> Keys:
    return (_in_words("action", kinds.actions()), "-at")


def _by_object() -> Keys:
    return (
        _in_words("object_kind", {kind.name: kind.label for kind in kinds.kinds()}),
        AlphabeticalOrder("object_name"),
        "-at",
    )


def _in_words(name: str, labels: Mapping[str, kinds.Text]) -> Case:
    """By what the reader calls them."""
    return in_listed_order(name, sorted(labels, key=lambda each: alphabetical_key(str(labels[each]))))


def _side(entry: AuditEntry, place: int) -> str | None:
    changes = ((change.label, change[place]) for change in kinds.changes_of(entry))
    lines = (
        _("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in changes if value is not None
    )
    return "\n".join(lines) or None


AUDIT = register(
    Subject(
        "audit",
        home="accounts:audit",
        address="console/audit/",
        permission=Permission.AUDIT,
        section="system",
        place=10,
        icon="shield-check",
        words=Words(
            one=gettext_lazy("Audit log"),
            many=gettext_lazy("Audit log"),
            none=gettext_lazy("Nothing was changed yet"),
            lead=gettext_lazy("Who changed what, when and from where. Nobody can change or remove an entry."),
        ),
        objects=AuditEntry.objects.all,
        filters=AuditFilter,
        by_key=queries.listed,
        columns=(
            Column("at", gettext_lazy("Time"), "time", cell=at_cell),
            Column(
                "who",
                gettext_lazy("Done by"),
                sort=(AlphabeticalOrder("actor_name"), "-at"),
                value=kinds.actor_text,
                cell=who_cell,
            ),
            Column("address", gettext_lazy("Address"), sort=None, on_page=False, width=18),
            Column(
                "action",
                gettext_lazy("Action"),
                sort=_by_action,
                value=lambda entry: str(kinds.action_label(entry.action)),
            ),
            Column("kind", gettext_lazy("Kind of object"), sort=None, on_page=False, width=16),
            Column(
                "object",
                gettext_lazy("Object"),
                "name",
                sort=_by_object,
                value=kinds.object_text,
                cell=object_cell,
            ),
            Column(
                "changes",
                gettext_lazy("Before → after"),
                sort=None,
                value=kinds.changes_of,
                cell=changes_cell,
                in_file=False,
            ),
            Column(
                "before",
                gettext_lazy("Before"),
                sort=None,
                value=lambda entry: _side(entry, 1),
                on_page=False,
                width=50,
            ),
            Column(
                "after", gettext_lazy("After"), sort=None, value=lambda entry: _side(entry, 2), on_page=False, width=50
            ),
        ),
        default="-at",
        exports=True,
        exported_as=("audit", gettext_lazy("Audit log")),
        list_template="accounts/audit/list.html",
    )
)
