"""The page to change one's own password."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import Agent
from accounts.passwords.actions import WrongPassword, change_own_password
from accounts.passwords.forms import OwnPasswordForm
from accounts.passwords.rules import names_of
from core.console.pages import done, form_page
from core.errors import TooMany
from core.web.request import TenantRequest


@sensitive_post_parameters("old", "password")
@require_http_methods(["GET", "POST"])
def own_password(request: TenantRequest) -> HttpResponseBase:
    """GET and POST. The session goes on under a new key, as the old one may be known elsewhere; all others end."""
    agent: Agent = request.user
    form = OwnPasswordForm(request.POST or None, names=names_of(agent, agent.tenant.code))
    if request.method == "POST" and form.is_valid():
        try:
            change_own_password(actor=agent.actor(), old=form.cleaned_data["old"], new=form.cleaned_data["password"])
            update_session_auth_hash(request, Agent.objects.get(pk=agent.pk))
            message = _("You have a new password. Every other browser of yours was signed out.")
            return done(request, "accounts:own_password", message)
        except (WrongPassword, TooMany) as refusal:
            form.add_error("old", str(refusal))
    content = {
        "heading": _("Change your password"),
        "text": _("You stay signed in here. Every other browser in which you are signed in will be signed out."),
        "action": request.path,
        "submit": _("Change password"),
        "danger": False,
        "back": reverse("console"),
    }
    return form_page(request, "console/confirm.html", form, content, fragment="parts/_confirm.html")
