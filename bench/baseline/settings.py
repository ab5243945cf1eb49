"""Settings of the baseline: Django's database backend with a lasting connection, the default Redis layer."""

import os

from kefu.settings import DATABASE_URL, DATABASES, REDIS_URL

SECRET_KEY = os.environ.get("KEFU_SECRET_KEY", "the baseline signs nothing")
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["channels", "bench.baseline"]
DATABASES = {
    "default": {
        **{name: DATABASES["default"][name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
        "ENGINE": "django.db.backends.postgresql",
        # Django's default of 0 would open a connection per message and cost a third of the rate.
        "CONN_MAX_AGE": None,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # The layer blocks in Redis for up to five seconds; the client's own timeout must not cut that short.
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
            # Capacity for all messages under way: the layer drops what does not fit, and the benchmark may lose
            # nothing.
            "capacity": 10_000,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"daphne": {"level": "WARNING"}}}

if not DATABASE_URL:
    raise RuntimeError("the baseline runs where bin/bench tells it DATABASE_URL")
