"""Addresses of the settings' pages."""

from accounts.permissions import Permission
from accounts.settings import views
from core.web.routes import SIGNED_IN, route

urlpatterns = [
    route("console/settings/reception/", views.reception, to=Permission.MANAGE_SETTINGS, name="reception"),
    route(
        "console/settings/<slug:level>/<id:public_id>/",
        views.settings_page,
        to=SIGNED_IN,  # the page itself asks: who looks after a channel says its welcome
        name="settings",
    ),
]
