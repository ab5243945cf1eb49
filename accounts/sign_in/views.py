"""Signing in and out."""

from django.http import HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.sign_in import devices
from accounts.sign_in.backend import sign_in, sign_out
from accounts.sign_in.forms import SignInForm
from core.console import flash
from core.console.pages import safe_next
from core.errors import Refusal
from core.web.request import TenantRequest
from core.web.routes import may_open


def _onwards(request: TenantRequest) -> HttpResponseBase:
    """A redirect to `next`, or to the console's start where the role may not open it."""
    home = reverse("console")
    wanted = safe_next(request, home)
    return redirect(wanted if may_open(wanted, request.user.role.permissions) else home)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: TenantRequest) -> HttpResponseBase:
    """The form. A signed-in agent is redirected, unless `?again`: then it renews the sign-in for a form in another
    window."""
    again = "again" in request.GET
    if request.method == "GET" and request.user.is_authenticated and not again:
        return _onwards(request)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_in(request, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
            return _signed_in(request, form.cleaned_data["name"].key, again=again)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "next": safe_next(request, ""), "why": _why(request)}
    return render(request, "accounts/sign_in/sign_in.html", context, status=422 if form.errors else 200)


def _signed_in(request: TenantRequest, name: str, *, again: bool) -> HttpResponseBase:
    """The redirect after signing in, with the device cookie; after `?again` with a message to return to the other
    window."""
    response = _onwards(request)
    devices.remember(request, response, name)
    if again:
        flash.put(response, _("You are signed in again. Close this window and send your form in the other one."))
    return response


def _why(request: TenantRequest) -> str:
    """Why the page is shown to somebody who did not ask for it, as a sentence; "" otherwise."""
    if request.method != "GET":
        return ""
    if "unsaved" in request.GET:
        return _("You were signed out. Nothing was saved.")
    return _("Your session has ended. Sign in again.") if "ended" in request.GET else ""


@never_cache
@require_GET
def session(request: TenantRequest) -> HttpResponseBase:
    """JSON: the signed-in agent and the current CSRF token, which every sign-in changes; asked for before a form is
    sent (forms.js)."""
    agent = request.user.public_id if request.user.is_authenticated else ""
    return JsonResponse({"agent": agent, "token": get_token(request)})


@require_POST
def sign_out_page(request: TenantRequest) -> HttpResponseBase:
    """Signs out. An agent who holds conversations is asked first: "keep" or "requeue"."""
    agent, answer = request.user, request.POST.get("conversations", "")
    if agent.is_authenticated and answer not in ("keep", "requeue") and (load := agent.load):
        question = _("Open conversations: %(n)s. What should happen to them?") % {"n": load}
        context = {"open_conversations": question, "back": safe_next(request, reverse("console"))}
        return render(request, "accounts/sign_in/sign_out.html", context)
    sign_out(request, give_back=answer == "requeue")
    return redirect("accounts:sign_in")
