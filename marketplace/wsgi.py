"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

import search

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
application = get_wsgi_application()
search.make_ready()
