"""The baseline's list of agents: relations are queried row by row where they are shown.

Address, filters, template and rows are those of kefu's page; only the queries differ, as in a first version of such a
page.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.baseline.console_settings"

from django.core.asgi import get_asgi_application

application = get_asgi_application()
