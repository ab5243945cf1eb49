"""Pages of the demo: a shop with the snippet, and a start page with sign-ins and addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from channels_app.install.snippet import STUB, snippet
from channels_app.models import Channel
from core.tenancy.scope import unscoped
from core.web.addresses import public_origin
from core.web.headers import content_security_policy
from kefu.console.navigation import address, items

DEMO_TENANT = "8001"
PASSWORD = "kefu-demo"  # noqa: S105 – printed on the start page on purpose
SIGN_INS = (
    (_("Owner"), "1000@8001", PASSWORD),
    (_("Supervisor"), "1001@8001", PASSWORD),
    (_("Agent"), "1002@8001", PASSWORD),
    (_("Agent"), "1003@8001", PASSWORD),
    (_("Agent"), "1004@8001", PASSWORD),
    (_("Agent of another company"), "2001@8002", PASSWORD),
)
# The pages to open first, by sign-in name.
LOOK_AT = {
    "1000@8001": ("stats:overview", "stats:workload", "channels:channels"),
    "1001@8001": ("stats:monitor", "conversations:history", "accounts:agents", "accounts:reception"),
    "1002@8001": ("workbench:desk",),
}


def demo_channel() -> Channel | None:
    """The channel of the demo shop; None without the demo."""
    with unscoped(reason="the demo shop belongs to nobody who is signed in"):
        return Channel.objects.filter(tenant__code=DEMO_TENANT, tenant__is_demo=True).order_by("pk").first()


def sign_ins() -> list[dict[str, Any]]:
    """The demo's sign-ins; empty without the demo."""
    if demo_channel() is None:
        return []
    return [{"who": who, "name": name, "password": password} for who, name, password in SIGN_INS]


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context, queried only where it is used: the demo's sign-ins and their password."""
    return {"demo_sign_ins": sign_ins, "demo_password": PASSWORD}


def start(request: HttpRequest) -> HttpResponseBase:
    """The start page: what to open in which window. Redirects to sign-in without a demo."""
    channel = demo_channel()
    if channel is None:
        return redirect("accounts:sign_in")
    rows = [row | {"pages": pages_for(row["name"])} for row in sign_ins()]
    return render(
        request,
        "demo/start.html",
        {"sign_ins": rows, "chat_url": reverse("widget:chat", args=[channel.public_id])},
    )


def pages_for(name: str) -> list[dict[str, Any]]:
    """The pages worth opening with a sign-in name, with the labels of the navigation."""
    known = {item.name: item for item in items()}
    found = [(known[page].label, address(known[page])) for page in LOOK_AT.get(name, ())]
    return [{"label": label, "url": url} for label, url in found if url]


def shop(request: HttpRequest) -> HttpResponseBase:
    """A shop page with the snippet that a site owner would paste."""
    channel = demo_channel()
    if channel is None:
        return redirect("accounts:sign_in")
    context = {"snippet": snippet(public_origin(request), channel.public_id)}
    response = render(request, "demo/shop.html", context)
    # It stands for a foreign site: its policy allows the snippet's inline line, as theirs would.
    response.headers["Content-Security-Policy"] = content_security_policy(inline_script=STUB)
    return response
