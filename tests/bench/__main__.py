"""The whole benchmark: sets up a site of its own, measures, prints the table, judges the goals."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile

import django

SIZES = "24,10000,100000"
# What may be left out of a quick run.
PARTS = ("outage", "refusal", "rival", "bulk")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", default=SIZES, help=f"numbers of entries ({SIZES})")
    parser.add_argument("--rounds", type=int, default=3, help="each is two passes (3)")
    parser.add_argument("--questions", type=int, default=120, help="for each size (120)")
    parser.add_argument("--without", choices=PARTS, nargs="+", default=[])
    parser.add_argument("--unmerged", action="store_true", help="leave the indices as filled")
    options = parser.parse_args()
    url = os.environ.get("TEST_ELASTICSEARCH_URL") or os.environ.get("ELASTICSEARCH_URL")
    if not url:
        reason = os.environ.get("TEST_ELASTICSEARCH_MISSING", "ELASTICSEARCH_URL names none.")
        parser.exit(2, f"Elasticsearch is needed: {reason}\n")
    folder = tempfile.mkdtemp(prefix="marketplace-bench-")
    try:
        _configure(folder, url)
        from tests.bench.run import run

        return run(
            sizes=[int(size) for size in options.sizes.split(",")],
            rounds=options.rounds,
            questions=options.questions,
            without=frozenset(options.without),
            merge=not options.unmerged,
        )
    finally:
        shutil.rmtree(folder)


def _configure(folder: str, url: str) -> None:
    """Settings as in production, whatever the shell has set for a running site."""
    for name in ("DATABASE_URL", "EMAIL_URL", "SITE_URL", "TRUSTED_PROXIES"):
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.bench.settings",
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS="testserver",
        # The benchmark's own client speaks plain HTTP.
        SECURE_SSL_REDIRECT="0",
        DATA_DIR=folder,
        SEARCH_ENGINE="embedded",
        ELASTICSEARCH_URL=url,
        # The cluster may hold other people's indices.
        ELASTICSEARCH_INDEX=f"marketplace-bench-{os.getpid()}",
    )
    django.setup()


if __name__ == "__main__":
    sys.exit(main())
