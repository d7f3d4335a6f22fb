"""Commands of the site in processes of their own, on the database and the cluster of a test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

# With batches of another size, so that a pass takes many exchanges.
PROGRAM = """
import sys
import django
django.setup()
from django.core.management import call_command
from search.indexing import outbox
outbox.BATCH = int(sys.argv[1])
call_command(*sys.argv[2:])
"""


@contextmanager
def started(*command: str, batch: int = 100) -> Iterator[subprocess.Popen[str]]:
    """A running command, killed at the end if it is still there."""
    database = settings.DATABASES["default"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{database['NAME']}"),
        "DATA_DIR": str(settings.DATA_DIR),
        "SEARCH_ENGINE": settings.SEARCH_ENGINE,
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
        "ELASTICSEARCH_INDEX": settings.ELASTICSEARCH_INDEX,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(batch), *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
