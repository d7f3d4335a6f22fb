"""Settings, all from the environment; README lists each variable.

Without ``DEBUG`` the site runs as in production and refuses to start without a secret of its own.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from marketplace.naming import lazy_platform_name

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-secret" if DEBUG else "")
if len(SECRET_KEY) < 50 and not DEBUG:
    raise ImproperlyConfigured("SECRET_KEY must be set to at least 50 random characters.")
# Former ones: what they signed or closed stays good until it is made anew.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Number of proxies before the site that append to X-Forwarded-For; 0 trusts no such header.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# Everything the running site writes lies under one folder.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "marketplace",
    "search",
    "cases",
    "providers.matching",
    "providers",
    "catalog",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "wagtail.search",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_filters",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "marketplace.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "providers.backoffice.access.ProviderAdminMiddleware",
    "cases.scoring.access.ExpertAdminMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "marketplace.middleware.ReadableParametersMiddleware",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "marketplace.context.site_frame",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
SQLITE_OPTIONS = {
    # A writer waits for another instead of failing, and readers never wait.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    # Opening a connection costs more than most pages; one that the server has closed is replaced.
    DATABASES["default"] = {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **DATABASES["default"],
    }
    # The embedded search engine needs SQLite: each host keeps its tables in a file of its own.
    DATABASES["search"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "search.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    }
    DATABASE_ROUTERS = ["search.routers.EmbeddedRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all worker processes: rate limits and lock-outs count across them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Rate limits of a busy hour must not push each other out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

AUTHENTICATION_BACKENDS = ["marketplace.authentication.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [
    BASE_DIR / "marketplace" / "locale",
    # What Wagtail's own Chinese lacks or words badly, for members and officers.
    BASE_DIR / "marketplace" / "locale_wagtail",
]
TIME_ZONE = "Asia/Shanghai"
# Deadlines are days of Beijing for everybody; accounts choose no zone of their own.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Licences, proofs, certificates, attachments: never under MEDIA_ROOT, served by checked views only.
PRIVATE_ROOT = DATA_DIR / "private"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@example.com")
# Where mail comes back to that cannot be delivered, and the mailbox in which it then lies
# (providers.delivery.returned); without the first, the sender's address.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
BOUNCE_MAILBOX_URL = env.str("BOUNCE_MAILBOX_URL", default="")
# Every message that goes out is also written here, one file a message.
MAIL_DIR = DATA_DIR / "mail"
# What sends text messages (providers.delivery.sms); this one writes them into files.
SMS_GATEWAY = env.str("SMS_GATEWAY", default="providers.delivery.sms.FileGateway")
# What stands in 【】 before each; without one, the name of the site.
SMS_SIGNATURE = env.str("SMS_SIGNATURE", default="")
SMS_DIR = DATA_DIR / "sms"

LOGIN_URL = "wagtailadmin_login"
SESSION_ENGINE = "marketplace.sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "marketplace.views.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# The editor shows a page's preview in a frame of this same site, which DENY would leave empty.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
if not DEBUG:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

CONTENT_SECURITY_POLICY = {
    # Wagtail's editor still needs inline styles and scripts; the public site needs neither.
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # An inline style on a server-drawn chart is data; a script never is inline.
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

WAGTAIL_SITE_NAME = lazy_platform_name()
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = "pages/password_required.html"  # noqa: S105 a template
WAGTAILADMIN_USER_LOGIN_FORM = "marketplace.authentication.SignInForm"
# The default backend does not cut Chinese into words: editors would not find their pages.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database.fallback"}}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "providers.review.finishing.publish_approved_revision"
# What is taken is decided by content; pictures are made anew (catalog.uploads).
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_IMAGE_FORM_BASE = "catalog.upload_forms.PictureForm"
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "catalog.upload_forms.DocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAILEMBEDS_FINDERS = []

# The engine that answers faceted search: "embedded" needs nothing but this process;
# "elasticsearch" asks a cluster, and the embedded engine when that does not answer.
SEARCH_ENGINE = env.str("SEARCH_ENGINE", default="embedded")
# One address or several of one cluster, separated by commas.
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="http://127.0.0.1:9200")
ELASTICSEARCH_USERNAME = env.str("ELASTICSEARCH_USERNAME", default="")
ELASTICSEARCH_PASSWORD = env.str("ELASTICSEARCH_PASSWORD", default="")
ELASTICSEARCH_API_KEY = env.str("ELASTICSEARCH_API_KEY", default="")
# Certificates that sign the cluster's own, where the system does not know them.
ELASTICSEARCH_CA_CERTS = env.str("ELASTICSEARCH_CA_CERTS", default="")
# The alias that is searched; indices are named after it.
ELASTICSEARCH_INDEX = env.str("ELASTICSEARCH_INDEX", default="marketplace")

# How long a sent request may still be edited or withdrawn before providers receive it (minutes).
REQUEST_GRACE_MINUTES = env.int("REQUEST_GRACE_MINUTES", default=10)
# Nobody fills the three steps in faster than this (seconds); a robot does.
REQUEST_MIN_SECONDS = env.int("REQUEST_MIN_SECONDS", default=3)

# Demo content and accounts exist in development only; production refuses them.
DEMO_ALLOWED = DEBUG
# Without one, the first set-up makes one.
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private_links": {"()": "marketplace.logs.MaskPrivateLinks"}},
    "formatters": {
        "server": {
            "()": "django.utils.log.ServerFormatter",
            "format": "[{server_time}] {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["private_links"]},
        "server": {
            "class": "logging.StreamHandler",
            "filters": ["private_links"],
            "formatter": "server",
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["server"], "level": "INFO", "propagate": False},
        # A line for every saved page says nothing that the site's own log does not keep.
        **{
            name: {"level": "WARNING"}
            for name in ("wagtail", "django_tasks", "modelsearch", "elastic_transport")
        },
        # Nor one for every request that the cluster fails: the site tells when it is left alone.
        # It names robots' addresses, which are secrets; what fails is told by the site itself.
        "apprise": {"level": "CRITICAL"},
        "urllib3.connectionpool": {"level": "CRITICAL"},
        # They tell of mailboxes and returned mail, in which addresses stand.
        "imapclient": {"level": "CRITICAL"},
        "flufl.bounce": {"level": "CRITICAL"},
        **{f"elastic_transport.{name}": {"level": "ERROR"} for name in ("node_pool", "transport")},
    },
}
