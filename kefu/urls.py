"""All routes. Each states its permission (`core/web/routes.py`)."""

from django.urls import include, path

from core.web.routes import ANYONE, SIGNED_IN, route
from kefu.console import start, styleguide
from kefu.console.waiting import waiting
from kefu.demonstration import pages
from kefu.serving import health

urlpatterns = [
    route("", pages.start, to=ANYONE, name="start"),
    route("demo/", pages.shop, to=ANYONE, name="shop"),
    route("console/", start.start, to=SIGNED_IN, name="console"),
    route("console/waiting/", waiting, to=SIGNED_IN, name="waiting"),
    route("styleguide", styleguide.styleguide, to=ANYONE, name="styleguide"),
    route("styleguide/question", styleguide.question, to=ANYONE, name="styleguide_question"),
    route("healthz", health.alive, to=ANYONE, name="alive"),
    route("readyz", health.ready, to=ANYONE, name="ready"),
    path("", include("accounts.urls")),
    path("", include("channels_app.urls")),
    path("", include("customers.urls")),
    path("", include("conversations.urls")),
    path("", include("stats.urls")),
    path("", include("widget.urls")),
    path("", include("workbench.urls")),
]
handler400 = "kefu.console.errors.unreadable"
handler404 = "kefu.console.errors.not_found"
handler403 = "kefu.console.errors.forbidden"
handler500 = "kefu.console.errors.broken"
