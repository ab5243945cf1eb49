"""The ASGI application: pages through Django, sockets through their consumers."""

import gc
import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.settings")
django.setup(set_prefix=False)

from channels.routing import URLRouter  # noqa: E402 – Django must be set up first
from django.urls import get_resolver, re_path  # noqa: E402

from core.live.websocket import reject_handshake  # noqa: E402
from kefu.serving.direct import DirectHandler  # noqa: E402
from kefu.serving.pacing import Paced  # noqa: E402
from kefu.serving.pages import PagesHandler  # noqa: E402
from stats.ws_urls import urlpatterns as monitor_sockets  # noqa: E402
from widget.ws_urls import urlpatterns as visitor_sockets  # noqa: E402
from workbench.ws_urls import urlpatterns as desk_sockets  # noqa: E402

elsewhere: Any = re_path("", reject_handshake)  # type: ignore[arg-type]
sockets: Any = URLRouter([*visitor_sockets, *desk_sockets, *monitor_sockets, elsewhere])
get_resolver().url_patterns  # noqa: B018 – loads the pages, which the first reader would wait for
application = Paced({"http": DirectHandler(PagesHandler(), "widget:session"), "websocket": sockets})

# What is loaded by now stays: the collector, which holds up everybody meanwhile, need not look through it each time.
gc.collect()
gc.freeze()
# And through what has come since it looks seldom: with a thousand visitors that takes a tenth of a second.
gc.set_threshold(2_000, 10, 20)
