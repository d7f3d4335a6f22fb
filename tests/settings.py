"""The site's settings as the tests see them: a folder of their own for all that is written."""

import os
import secrets
import tempfile
from urllib.parse import urlsplit

# What a developer's shell has set for a running site must not reach the tests.
for name in (
    "ALLOWED_HOSTS",
    "BOUNCE_ADDRESS",
    "BOUNCE_MAILBOX_URL",
    "DATABASE_URL",
    "ELASTICSEARCH_API_KEY",
    "ELASTICSEARCH_CA_CERTS",
    "ELASTICSEARCH_INDEX",
    "ELASTICSEARCH_PASSWORD",
    "ELASTICSEARCH_URL",
    "ELASTICSEARCH_USERNAME",
    "EMAIL_URL",
    "SEARCH_ENGINE",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "SITE_URL",
    "SMS_GATEWAY",
    "SMS_SIGNATURE",
    "TRUSTED_PROXIES",
):
    os.environ.pop(name, None)
os.environ["DEBUG"] = "1"
os.environ["DEMO_PASSWORD"] = "tests-only-password"
# One folder for each test process; conftest removes it.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="marketplace-tests-")

# SQLite, as for a developer, or a database of this process on a PostgreSQL server.
TEST_DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
if TEST_DATABASE == "postgresql":
    TEST_POSTGRESQL_URL = os.environ.get("TEST_POSTGRESQL_URL", "")
    if not TEST_POSTGRESQL_URL:
        missing = os.environ.get("TEST_POSTGRESQL_MISSING", "make test-postgresql starts one.")
        raise RuntimeError(f"TEST_POSTGRESQL_URL names no server: {missing}")
    _server = urlsplit(TEST_POSTGRESQL_URL)
    # The first process of a run names it; those that it starts inherit the name.
    _run = os.environ.setdefault("TEST_RUN", secrets.token_hex(4))
    TEST_DATABASES_PREFIX = f"{_server.path.strip('/')}_test_{_run}_"
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    os.environ["DATABASE_URL"] = _server._replace(
        path=f"/{TEST_DATABASES_PREFIX}{_worker}"
    ).geturl()
elif TEST_DATABASE != "sqlite":
    raise ValueError(f"TEST_DATABASE is {TEST_DATABASE!r}; known are sqlite and postgresql.")

from marketplace.settings import *  # noqa: E402, F403
from marketplace.settings import SQLITE_OPTIONS, STATIC_ROOT  # noqa: E402

# Nothing here has to survive a power cut.
SQLITE_OPTIONS["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
# Real password hashing is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(exist_ok=True)
