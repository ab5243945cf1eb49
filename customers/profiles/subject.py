"""Customers in the audit log; they have no list in the console."""

from django.utils.translation import gettext_lazy as _

from accounts.audit.kinds import Kind, one_of, register
from customers.models import Gender

register(
    Kind(
        "customer",
        _("Customer"),
        {
            "customer.changed": _("Customer's details changed"),
            "customer.revealed": _("Customer's contact details shown"),
        },
        {
            "remark": _("Remark name"),
            "phone": _("Phone"),
            "email": _("E-mail"),
            "gender": _("Gender"),
            "country": _("Country"),
            "province": _("Province"),
            "city": _("City"),
            "note": _("Note"),
            "tags": _("Tags"),
        },
        {"gender": one_of(dict(Gender.choices))},
    )
)
