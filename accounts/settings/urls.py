"""Addresses of the settings' pages."""

from django.urls import register_converter

from accounts.permissions import Permission
from accounts.settings import views
from accounts.settings.levels import LevelConverter
from core.web.routes import SIGNED_IN, route

register_converter(LevelConverter, "level")
urlpatterns = [
    route("console/settings/reception/", views.reception, to=Permission.MANAGE_SETTINGS, name="reception"),
    route(
        "console/<level:level>/<id:public_id>/settings/",
        views.settings_page,
        to=SIGNED_IN,  # the view checks: channel managers may set welcome texts
        name="settings",
    ),
]
