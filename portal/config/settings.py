"""Django's settings. What a deployer may choose is in ``environment.py``; the rest is decided here."""

from __future__ import annotations

import os
from datetime import timedelta

from portal.config.database import database_settings
from portal.config.environment import PROJECT_DIR, read_environment

ENVIRONMENT = read_environment()
MODE = ENVIRONMENT.mode
DEMO = MODE == "demo"
TESTING = MODE == "test"
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = ENVIRONMENT.old_secret_keys
AUDIT_KEY = ENVIRONMENT.audit_key.encode()  # the database holds what it signs, and never the key itself
OLD_AUDIT_KEYS = [key.encode() for key in ENVIRONMENT.old_audit_keys]
AUDIT_ANCHOR = ENVIRONMENT.data_dir / "audit-seals.log"  # what was sealed, where the database's owner cannot write
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "portal.foundation.access",
    "portal.foundation.audit",
    "portal.foundation.workflow",
    "portal.foundation.outbox",
    "portal.foundation.workdays",
    "portal.foundation.worker",
    "portal.foundation.levels",
    "portal.foundation.files",
    "portal.foundation.web",
    "portal.organisations",
    "portal.accounts",
    "portal.casework",
    "portal.supplies",
    "portal.serials",
    "portal.records",
    "portal.records.registrations",
    "portal.records.temporary_residents",
    "portal.records.searches",
    "portal.records.closures",
    "portal.records.hub",
    "portal.machines",
    "portal.home",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
if DEMO or TESTING:
    INSTALLED_APPS.append("portal.demo")

MIDDLEWARE = [
    "portal.foundation.web.middleware.RequestIdMiddleware",
    "portal.foundation.web.middleware.SecurityHeadersMiddleware",
    "portal.foundation.web.middleware.NoNulMiddleware",
    "portal.foundation.web.middleware.DeclaredLooksMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.home.middleware.BrowserSupportMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.SecondFactorMiddleware",
]

if TESTING:
    MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")  # the test servers serve static files themselves

ROOT_URLCONF = "portal.config.urls"
WSGI_APPLICATION = "portal.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "portal.config.jinja.environment",
            "context_processors": ["portal.foundation.web.context.page_context"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.foundation.web.context.page_context",
            ],
        },
    },
]
FORM_RENDERER = "portal.foundation.web.forms.NHSFormRenderer"

_AS_OWNER = TESTING or os.environ.get("PORTAL_DATABASE_ROLE") == "owner"
DATABASES = {
    "default": database_settings(
        ENVIRONMENT.database_owner_url if _AS_OWNER else ENVIRONMENT.database_url,
        pooled=not _AS_OWNER,
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        # It counts wrong passwords and knows used codes. With Django's 300, a flood of tries throws those out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "forename", "surname")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:select_organisation"

ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.plain.LoginForm",
    "reset_password": "portal.accounts.forms.plain.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.plain.ResetPasswordKeyForm",
    "change_password": "portal.accounts.forms.plain.ChangePasswordForm",
    "set_password": "portal.accounts.forms.plain.SetPasswordForm",
    "reauthenticate": "portal.accounts.forms.plain.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by invitation only, which proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # the page says the same either way; strangers get no mail
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Each person: 12 wrong passwords or codes an hour. Each address: more, because a practice shares one.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/5m/key,12/1h/key",
    "reauthenticate": "12/1h/user",
    "change_password": "12/1h/user",
    "reset_password": "20/m/ip,5/1h/key",
    "record_search": "60/1h/user",  # somebody who looks for a person types many numbers
    "temporary_forms": "60/1h/user",  # somebody who sends forms learns nothing; with very many they try
    "casework_link": "60/1h/ip,5/1h/key",  # e-mailed links to requests; the pages answer the same above it
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxy_count
MFA_ADAPTER = "portal.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # invitations prove the address; allauth's own check is not used
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # the code just before and after, for clocks that are half a minute off
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.codes.AuthenticateForm",
    "reauthenticate": "portal.accounts.forms.codes.ReauthenticateForm",
    "activate_totp": "portal.accounts.forms.codes.ActivateTOTPForm",
    "add_webauthn": "portal.accounts.forms.plain.AddWebAuthnForm",
    "edit_webauthn": "portal.accounts.forms.plain.EditWebAuthnForm",
}
MFA_TOTP_ISSUER = "Primary care portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or TESTING

SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.foundation.web.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENVIRONMENT.secure_cookies
SESSION_COOKIE_NAME = "__Host-portal" if ENVIRONMENT.secure_cookies else "portal"
CSRF_COOKIE_NAME = "__Host-csrf" if ENVIRONMENT.secure_cookies else "csrf"
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.secure_cookies else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.secure_cookies
if ENVIRONMENT.trusted_proxy_count:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # our own middleware sets X-Frame-Options, with its companions
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"  # how times are shown; they are stored in UTC

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
STATICFILES_DIRS = [PROJECT_DIR / "portal" / "config" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
MEDIA_ROOT = ENVIRONMENT.data_dir / "files"
FILE_UPLOAD_HANDLERS = ["portal.foundation.files.receiving.BoundedUploadHandler"]
UPLOAD_FOLDER = ENVIRONMENT.data_dir / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_SCANNER = ENVIRONMENT.scanner or ("portal.demo.scanner.EicarOnly" if DEMO or TESTING else "")

EMAIL_BACKEND = "portal.foundation.outbox.backends.OutboxEmailBackend"
DEFAULT_FROM_EMAIL = ENVIRONMENT.from_email
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.foundation.web.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

# Where the ground floor finds what the floors above it offer.
ACTOR_BUILDER = "portal.accounts.actors.build_actor"
SIGN_IN_GATE = "portal.accounts.actors.sign_in_gate"
BASKET_SIZE = "portal.supplies.api.basket_size"
DIRECTORY_DIFFERENCES = "portal.casework.services.open_directory_cases.cases_from_release"
NAVIGATION = "portal.config.navigation.navigation_for"

# The operator's own place in the directory, and the texts that name bodies: data, not code.
OPERATOR_CODE = "X4S4L"
SERVICE_NAME = "Primary care support portal"
SECOND_FACTOR_FRESH_FOR = timedelta(minutes=10)
