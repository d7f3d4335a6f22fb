"""The site's settings as the tests see them: a folder of their own for all that is written."""

import os
import tempfile

# What a developer's shell has set for a running site must not reach the tests.
for name in (
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "EMAIL_URL",
    "SEARCH_ENGINE",
    "SECRET_KEY",
    "SITE_URL",
    "TRUSTED_PROXIES",
):
    os.environ.pop(name, None)
os.environ["DEBUG"] = "1"
os.environ["DEMO_PASSWORD"] = "tests-only-password"
# One folder for each test process; conftest removes it.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="marketplace-tests-")

from marketplace.settings import *  # noqa: E402, F403
from marketplace.settings import DATABASES, STATIC_ROOT  # noqa: E402

# Nothing here has to survive a power cut.
DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
# Real password hashing is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(exist_ok=True)
