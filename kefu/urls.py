"""All addresses. Each stands with its permission (`core/routes.py`)."""

from django.urls import include, path

from core.routes import ANYONE, SIGNED_IN, route
from kefu import console, demo, health, styleguide

urlpatterns = [
    route("", demo.start, to=ANYONE, name="start"),
    route("demo/", demo.shop, to=ANYONE, name="shop"),
    route("console/", console.start, to=SIGNED_IN, name="console"),
    route("styleguide", styleguide.styleguide, to=ANYONE, name="styleguide"),
    route("styleguide/question", styleguide.question, to=ANYONE, name="styleguide_question"),
    route("healthz", health.alive, to=ANYONE, name="alive"),
    route("readyz", health.ready, to=ANYONE, name="ready"),
    path("", include("accounts.urls")),
    path("", include("channels_app.urls")),
    path("", include("conversations.urls")),
    path("", include("stats.urls")),
    path("", include("widget.urls")),
    path("", include("workbench.urls")),
]
handler400 = "kefu.errors.unreadable"
handler404 = "kefu.errors.not_found"
handler403 = "kefu.errors.forbidden"
handler500 = "kefu.errors.broken"
