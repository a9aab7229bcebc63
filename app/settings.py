"""All settings, read once from the environment. A value that cannot be read stops the start with a sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.environment import (
    ROOT,
    broker_address,
    read_database,
    read_flag,
    read_hosts,
    read_place,
    read_redis,
    read_seconds,
    read_url,
    read_word,
    with_database,
)
from feedback.errors import BadSetting


def read_secret(path: Path) -> str:
    """The secret from the environment, else the one `up` made and keeps in the data folder."""
    given = os.environ.get("SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise BadSetting("SECRET_KEY is shorter than 32 characters. Take a longer random one, or leave it out.")
        return given
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except OSError as trouble:
        raise BadSetting(f"The secret in {path} cannot be read: {trouble.strerror}.") from None


try:
    PLACE = read_place(os.environ)
    DEBUG = read_flag(os.environ, "DEBUG", False)
    ALLOWED_HOSTS = read_hosts(os.environ, "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
    EMBEDDED_DATABASE = not os.environ.get("DATABASE_URL")
    EMBEDDED_REDIS = not os.environ.get("REDIS_URL")
    DATABASES = {"default": read_database(os.environ.get("DATABASE_URL") or PLACE.database_url)}
    REDIS_URL = read_redis(os.environ.get("REDIS_URL") or PLACE.redis_url)
    SECRET_KEY = read_secret(PLACE.secret_key)
    # The model that answers. Without a key (and without a base URL of one's own) a simulated one does.
    ANTHROPIC_API_KEY = read_word(os.environ, "ANTHROPIC_API_KEY")
    ANTHROPIC_BASE_URL = read_url(os.environ, "ANTHROPIC_BASE_URL")
    PRECEPT_MODEL = read_word(os.environ, "PRECEPT_MODEL", "claude-sonnet-5-5")
    # How long the simulated model pretends to think, so that progress can be watched.
    SIMULATED_SECONDS = read_seconds(os.environ, "PRECEPT_SIMULATED_SECONDS", 0.05)
    LEASE_SECONDS = read_seconds(os.environ, "PRECEPT_LEASE_SECONDS", 30.0)
except BadSetting as trouble:
    sys.exit(f"precept: {trouble}")

DATABASES["default"]["OPTIONS"] = {"connect_timeout": "5", **DATABASES["default"]["OPTIONS"]}  # type: ignore[dict-item]
# Connections are not pooled: over a socket a fresh one costs less, and a database that was away is found again at once.
REQUESTS_AT_ONCE = 48

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "channels",
    "feedback",
    "app",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "feedback.web.middleware.Smaller",
    "feedback.web.middleware.StaticFiles",
    "feedback.web.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "feedback.web.middleware.errors_as_sentences",
]

ROOT_URLCONF = "app.urls"
ASGI_APPLICATION = "app.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "feedback.web.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "feedback.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Whoever asks the broker in the middle of a request gives up soon; the channel layer itself waits up to 5 s for news.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": with_database(REDIS_URL, 1),
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [{"address": with_database(REDIS_URL, 2), "socket_timeout": 8, "socket_connect_timeout": 2}],
        },
    }
}

CELERY_BROKER_URL = broker_address(REDIS_URL, 0)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 3, "socket_timeout": 10, "socket_keepalive": True}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SEND_TASK_EVENTS = False

LANGUAGE_CODE = "en"
# One's own choice (a cookie) or what the browser asks for. `make messages` brings the catalogues up to date.
LANGUAGES = [("en", "English"), ("ar", "العربية")]
LOCALE_PATHS = [ROOT / "locale"]
# Decimal points stay points: numbers in pages also stand in drawings and fields, which read no other sign.
FORMAT_MODULE_PATH = ["app.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = PLACE.static
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "app.static.HashedStatic"},
}

WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "feedback.web.wrong.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "hide_links": {"()": "feedback.web.discretion.HideLinks"},
        "but_health": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(getattr(record, "request", None), "path", "") != "/healthz",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "httpx2": {"level": "WARNING"},
        "django.request": {"filters": ["but_health", "hide_links"]},
        "django.security.csrf": {"filters": ["hide_links"]},
    },
}
