"""The list of agents as it comes out when relations are asked for where they are shown: row by row.

The same address, filters, template and rows as kefu's own page; only the queries differ. It is what the first version
of such a page usually is.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.baseline.console_settings"

from django.core.asgi import get_asgi_application

application = get_asgi_application()
