"""The site's settings as in production, with the rival's table beside the site's own.

``tests.bench.__main__`` sets the environment that they are read from.
"""

from marketplace.settings import *  # noqa: F403
from marketplace.settings import INSTALLED_APPS, LOGGING, STATIC_ROOT, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.rival"]
# The names of static files are looked up in a table either way; this one needs no collecting.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["root"]["level"] = "ERROR"
STATIC_ROOT.mkdir(exist_ok=True)
