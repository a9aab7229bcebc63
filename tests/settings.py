"""The product's settings with what tests need: servers of their own, no key, plain static files, quick passwords."""

from __future__ import annotations

import os

from tests.embedded import start_missing_servers

for name in (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "PRECEPT_MODEL",
    "PRECEPT_DATA",
    "DEBUG",
):
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "a-key-for-tests-only-that-opens-nothing"
start_missing_servers()

from app.settings import *  # noqa: E402, F403
from app.settings import STORAGES  # noqa: E402

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SIMULATED_SECONDS = 0.0
