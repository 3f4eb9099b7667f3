"""Django's settings; everything that differs from place to place comes from the home."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from fanzha.centre import languages
from fanzha.centre.databases import configured
from fanzha.centre.secrets import secret
from fanzha.home import find_home

HOME = find_home()
DEMO = (HOME.root / "demo").exists()
"""A demo home holds a simulated city: one-click accounts, and every page says that the data is synthetic."""

SECRET_KEY = secret(HOME, "secret_key")
DEBUG = False
HOSTS = [name for name in os.environ.get("FANZHA_HOSTS", "").split(",") if name]
"""Further names that the centre is reached by (`fanzha up --host`): always over HTTPS, its own or that of a proxy before it."""
_IN_ADDRESSES = [f"[{name}]" if ":" in name else name for name in HOSTS]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver", *_IN_ADDRESSES]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in _IN_ADDRESSES]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = bool(HOSTS or os.environ.get("FANZHA_AUTHORITY"))
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "fanzha.centre.access",
    "fanzha.centre.people",
    "fanzha.centre.duty",
    "fanzha.centre.warnings",
    "fanzha.centre.dissuasion",
    "fanzha.centre.channels",
    "fanzha.centre.trials",
    "fanzha.centre.holds",
    "fanzha.centre.phrases",
    "fanzha.centre.conversations",
    "fanzha.centre.visits",
    "fanzha.centre.funds",
    "fanzha.centre.cases",
    "fanzha.centre.clues",
    "fanzha.centre.suspects",
    "fanzha.centre.networks",
    "fanzha.centre.inbox",
    "fanzha.centre.bulletins",
    "fanzha.centre.intake",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fanzha.centre.access.middleware.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "fanzha.centre.urls"
ASGI_APPLICATION = "fanzha.centre.asgi.application"
LOGIN_URL = "access:sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "CommonPassword", "NumericPassword")
] + [{"NAME": "fanzha.centre.access.passwords.LongEnough", "OPTIONS": {"min_length": 10}}]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "fanzha.centre.access.context.shell",
            ]
        },
    }
]
DATABASES = {"default": configured(HOME, os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = languages.FIRST
LANGUAGES = languages.LANGUAGES
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STATIC_ROOT = HOME.root / "static"
WHITENOISE_USE_FINDERS = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
INTAKE_LARGEST_BYTES = 32 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = INTAKE_LARGEST_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
"""A report that tells of a thousand transfers can still be gone through: each is a row of nine fields."""
INTAKE_MOST_AHEAD = timedelta(hours=36)
"""How far a sender's clock may run ahead. Events are taken in the order of what was known when: after one of next year all others would be
late. Within this none is, since what is known up to 48 hours before the newest is still scored (`late_hours` in grading.yaml)."""
INTAKE_MOST_WAITING_ROWS = 2_000_000
"""How far the log may be ahead of the engine before senders are asked to wait."""
