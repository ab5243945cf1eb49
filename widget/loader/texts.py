"""Texts of the loader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Baked into the loader in every language, because the page around it decides which one is shown.
LOADER_TEXTS: Mapping[str, Promise] = {"label": _("Chat with us"), "title": _("Customer service chat")}
