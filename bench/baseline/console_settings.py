"""kefu's settings with the baseline's list in place of kefu's."""

from kefu.settings import *  # noqa: F403

ROOT_URLCONF = "bench.baseline.console_urls"
