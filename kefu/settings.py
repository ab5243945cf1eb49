"""Settings. Everything that differs between installations comes from the environment (README.md, "Settings")."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("KEFU_DATA_DIR", BASE_DIR / "var"))
DEBUG = os.environ.get("KEFU_DEBUG") == "1"


def _secret_key() -> str:
    """KEFU_SECRET_KEY, else the file that `bin/serve` made once; a throw-away key only while debugging."""
    if key := os.environ.get("KEFU_SECRET_KEY"):
        return key
    path = Path(os.environ.get("KEFU_SECRET_KEY_FILE", DATA_DIR / "secret_key"))
    if path.is_file():
        return path.read_text().strip()
    return secrets.token_urlsafe(50)


def _database(url: str) -> dict[str, object]:
    """A Django database entry from `postgres://user:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must start with postgres://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "core.tenancy.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or query.get("port", "")),
    }


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("KEFU_SECRET_KEY_FALLBACKS", "").split(",") if key]
ALLOWED_HOSTS = [host for host in os.environ.get("KEFU_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
PUBLIC_URL = os.environ.get("KEFU_PUBLIC_URL", "").rstrip("/")
# Where `bin/serve` listens, as it tells `manage.py` (kefu/serving/folders.py, `write_running_note`).
SERVED_AT = os.environ.get("KEFU_SERVED_AT", "")
# Overrides by the operator for all tenants, as JSON (core/settings/platform.py): {"idle_end": {"value": 30, "locked":
# true}}.
PLATFORM_SETTINGS = os.environ.get("KEFU_SETTINGS", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "heroicons",
    "core",
    "accounts",
    "channels_app",
    "customers",
    "conversations",
    "routing",
    "stats",
    "widget",
    "workbench",
    "kefu",
]

MIDDLEWARE = [
    "core.web.headers.SecurityHeaders",
    "core.web.headers.StaticFiles",
    "core.web.compression.Compressed",
    "accounts.sign_in.middleware.Sessions",
    "accounts.personal.middleware.PersonalLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.sign_in.middleware.TenantScope",
    "django_htmx.middleware.HtmxMiddleware",
    "core.console.timeouts.TooSlow",
]

ROOT_URLCONF = "kefu.urls"
ASGI_APPLICATION = "kefu.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "accounts.personal.context.personal",
                "kefu.demonstration.pages.context",
                "kefu.console.navigation.context",
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "core.console.template_tags",
                "conversations.history.cells",
            ],
        },
    }
]

# The worker may fork, and a pool must not be carried over a fork: its threads have one connection each.
POOLED = os.environ.get("KEFU_DATABASE_POOL", "1") == "1"
DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES: dict[str, dict[str, object]] = {
    "default": {
        **_database(DATABASE_URL or "postgres://kefu@127.0.0.1/kefu"),
        **(
            {
                "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 15}},
                # One round trip a page: after a restart of the database no page gets a broken connection.
                "CONN_HEALTH_CHECKS": True,
                # What takes longer is given up, and the page says so (core/console/timeouts.py). Workers may take
                # their time, and the live path's own connections run nothing but statements by key.
                "STATEMENT_SECONDS": os.environ.get("KEFU_STATEMENT_SECONDS", "15"),
            }
            if POOLED
            else {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
        ),
    }
}
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Agent"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.backend.AgentBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.rules.LongEnough"},
    {"NAME": "accounts.passwords.rules.Uncommon"},
]
LOGIN_URL = "accounts:sign_in"
SESSION_ENGINE = "accounts.sign_in.sessions"
COOKIE_PREFIX = "__Host-" if PUBLIC_URL.startswith("https://") else ""  # no neighbouring host can set such a cookie
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}kefu_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}kefu_csrf"
CSRF_FAILURE_VIEW = "kefu.console.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("KEFU_BEHIND_PROXY") == "1" else None
TRUST_FORWARDED_FOR = os.environ.get("KEFU_BEHIND_PROXY") == "1"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
# Texts of several apps are in locale/, each app's own in its folder. Listed here, because Django's own search would
# prefer a library's translation of the same English text.
LOCALE_PATHS = [BASE_DIR / "locale", *sorted(BASE_DIR.glob("*/locale"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("KEFU_STATIC_ROOT", DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names once files were collected (bin/serve does); plain names with finders while debugging and testing.
HASHED_STATIC = (STATIC_ROOT / "staticfiles.json").is_file() and not DEBUG
WHITENOISE_USE_FINDERS = not HASHED_STATIC
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "core.web.static_files.HashedStaticFiles"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Uploads are readable for our user only.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # one per row of a long list with checkboxes

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Neither callers that enqueue nor the clock wait for ever for a Redis that hangs.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 5, "socket_connect_timeout": 5}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "kefu.serving.beat:SteadyScheduler"

# Limits of one visitor, and of all visitors of one address together; 0: unlimited (benchmarks).
MESSAGES_PER_MINUTE = int(os.environ.get("KEFU_MESSAGES_PER_MINUTE", "120"))
OPEN_PER_ADDRESS = int(os.environ.get("KEFU_OPEN_PER_ADDRESS", "100"))
NEW_VISITORS_PER_MINUTE = int(os.environ.get("KEFU_NEW_VISITORS_PER_MINUTE", "240"))

# Assign beside requests, on threads of their own; off, a request waits until others are assigned (tests).
IN_BACKGROUND = True

LOADER_VERSION = "1"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            "datefmt": "%H:%M:%S",
        }
    },
    "filters": {"one_line": {"()": "core.errors.ExpectedWithoutTraceback"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one_line"]}},
    "root": {
        "handlers": ["console"],
        "level": os.environ.get("KEFU_LOG_LEVEL", "INFO"),
    },
    "loggers": {
        "django.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
