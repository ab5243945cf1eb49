"""The console's start address and the style guide."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from core.console.pages import page
from core.web.request import TenantRequest
from kefu.console.navigation import home, permissions_of


@require_GET
def start(request: TenantRequest) -> HttpResponseBase:
    """Redirects to the first page of the reader's role; a role without one gets an explanation."""
    address = home(permissions_of(request))
    return redirect(address) if address else page(request, "console/nothing.html")
