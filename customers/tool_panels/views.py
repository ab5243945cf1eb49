"""The pages of tool panels."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit.exporting import export_of
from core.console.pages import page
from core.console.subject import delete_of, edit_of, list_of, new_of
from core.web.request import TenantRequest
from customers.models import ToolPanel
from customers.tool_panels import actions
from customers.tool_panels.forms import PanelForm
from customers.tool_panels.subject import TOOL_PANEL


@require_GET
def panels(request: TenantRequest) -> HttpResponseBase:
    """The list."""
    return list_of(TOOL_PANEL, request)


@require_POST
def panels_export(request: TenantRequest) -> HttpResponseBase:
    """The list as an Excel file."""
    return export_of(TOOL_PANEL, request)


@require_http_methods(["GET", "POST"])
def panel_new(request: TenantRequest) -> HttpResponseBase:
    """A new one; continues with its secret."""

    def to_its_secret(made: ToolPanel) -> tuple[str, str]:
        return reverse("customers:tool_panel_secret", args=[made.public_id]), _("Saved. Now make its secret.")

    return new_of(TOOL_PANEL, request, form=PanelForm, add=actions.add_panel, then=to_its_secret)


@require_http_methods(["GET", "POST"])
def panel(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """One, to be changed."""
    return edit_of(TOOL_PANEL, request, public_id, form=PanelForm.of, change=actions.change_panel)


@require_http_methods(["GET", "POST"])
def panel_delete(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """The question, and its answer."""
    return delete_of(TOOL_PANEL, request, public_id, delete=actions.delete_panel)


@require_http_methods(["GET", "POST"])
def panel_secret(request: TenantRequest, public_id: str) -> HttpResponseBase:
    """A new secret: on the answer to the button, and nowhere again."""
    found: ToolPanel = TOOL_PANEL.row(public_id)
    secret = ""
    if request.method == "POST":
        secret = actions.renew_secret(actor=request.user.actor(), tool_panel=public_id)
    context = {
        "panel": found,
        "secret": secret,
        "back": TOOL_PANEL.address_of(found),
        "breadcrumbs": [
            (TOOL_PANEL.words.many, reverse(TOOL_PANEL.home)),
            (found.name, TOOL_PANEL.address_of(found)),
            (_("Secret"), ""),
        ],
    }
    return page(request, "customers/tool_panels/secret.html", context)
