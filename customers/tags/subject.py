"""Tags of customers as a subject of the console."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from core.actors import Actor
from core.console.columns import Column
from core.console.subject import Subject, Words, register
from customers.models import Color, Tag
from customers.tags import queries


def _rows(reader: Actor) -> Any:
    return queries.with_use()


def _color_cell(row: Tag, value: str) -> SafeString:
    return render_to_string("customers/tags/_tag.html", {"color": row.color, "name": value})


TAG = register(
    Subject(
        "tag",
        page="customers:tag",
        home="customers:tags",
        address="console/tags/",
        permission=Permission.MANAGE_SETTINGS,
        section="settings",
        place=20,
        icon="tag",
        words=Words(
            one=_("Customer tag"),
            many=_("Customer tags"),
            new=_("New tag"),
            none=_("No tags yet"),
            lead=_("Agents tag customers at the desk. What is renamed here is renamed at every customer."),
            why=_("Agents can also make new ones while they type."),
        ),
        objects=Tag.objects.all,
        rows=_rows,
        columns=(
            Column("name", _("Name"), "name", link=True),
            Column("color", _("Color"), sort=None, words=dict(Color.choices), cell=_color_cell),
            Column("used", _("Customers"), "number", sort=None),
        ),
        default="name",
        audited=("name", "color"),
        exports=True,
    )
)
