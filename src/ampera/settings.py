"""The one settings file. What can be set from outside is declared, typed and explained in `environment.py`."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ampera import environment

ENV = environment.read(os.environ)
PACKAGE = Path(__file__).resolve().parent
VAR = Path(ENV["VAR"]).resolve()

DEMO = ENV["MODE"] == "demo"
DEBUG = ENV["DEBUG"]
SECRET_KEY = ENV["SECRET_KEY"]
NIK_KEY = ENV["NIK_KEY"]
SIGNING_KEY = ENV["SIGNING_KEY"]
SIGNER = ENV["SIGNER"]
SIGNER_TOKEN = ENV["SIGNER_TOKEN"]
PDF_SEAL = ENV["PDF_SEAL"]
PDF_SEAL_TOKEN = ENV["PDF_SEAL_TOKEN"]
ORIGIN = ENV["ORIGIN"].rstrip("/")
GATEWAY = ENV["GATEWAY"]
TSA_URL = ENV["TSA_URL"]
TSA_CERTIFICATE = ENV["TSA_CERTIFICATE"]
VC_API = ENV["VC_API"]
VC_JWT = ENV["VC_JWT"]
CITY = ENV["CITY"]
PROGRAMME = ENV["PROGRAMME"]
ALLOWED_HOSTS = ENV["HOSTS"]

INSTALLED_APPS = [
    "ampera.site",
    "ampera.apps.results",
    "ampera.apps.certificates",
    "ampera.apps.classes",
    "ampera.apps.admissions",
    "ampera.apps.drills",
    "ampera.apps.assessment",
    "ampera.apps.people",
    "ampera.apps.programme",
    "ampera.apps.messaging",
    "ampera.apps.jobs",
    "ampera.apps.audit",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ampera.apps.people.middleware.LanguageMiddleware",
    "ampera.apps.people.middleware.SignedOutMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ampera.site.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "ampera.urls"
WSGI_APPLICATION = "ampera.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ampera.site.context.house",
            ],
        },
    },
]


def database(url: str) -> dict[str, object]:
    """Django's DATABASES entry for AMPERA_DATABASE, which `environment.postgresql` has looked at.

    SQLite: WAL, IMMEDIATE transactions (without it 41 % of concurrent writes failed), NORMAL synchronisation.
    PostgreSQL: psycopg's pool, per process.
    """
    if not url:
        VAR.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "ampera.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": {"pool": {"min_size": 1, "max_size": ENV["POOL"], "timeout": 10}},
    }


DATABASES = {"default": database(ENV["DATABASE"])}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/masuk/"
LOGIN_REDIRECT_URL = "site:next"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

ACCOUNT_ADAPTER = "ampera.apps.people.signin.PhoneAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "ampera.apps.people.forms.PhoneForm",
    "confirm_login_code": "ampera.apps.people.forms.CodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
# Many phones share one address of their carrier, so what an address may ask is generous, and counted per process. What a
# number may ask is little, and counted in the outbox by people.codes, for all processes.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "600/m/ip",
    "login": "600/m/ip",
    "login_failed": None,
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = True

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "ampera.site.storage.HashedStatic"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENV["HTTPS"]
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True  # no script of ours reads a cookie: there is none
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if ENV["HTTPS"] else 0
SECURE_REDIRECT_EXEMPT = [r"^sehat/$"]  # who watches the machine asks it from beside it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV["HTTPS"] else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "ampera.site.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000  # an employer hands in a folder; the page says how many it takes

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
