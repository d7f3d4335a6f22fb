"""Do all that is due by the clock (``marketplace.due``), once or again and again."""

from __future__ import annotations

import argparse
import logging
import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from marketplace import due

logger = logging.getLogger(__name__)


def seconds(written: str) -> int:
    """A pause of at least one second."""
    pause = int(written)
    if pause < 1:
        raise argparse.ArgumentTypeError("at least 1 second")
    return pause


class Command(BaseCommand):
    help = "Does all that is due by the clock and reports it; exits with 1 where something failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=seconds, metavar="SECONDS", help="repeat with this pause until stopped"
        )

    def handle(self, *args, **options) -> None:
        if not options["every"]:
            if failed := self.one_round():
                raise CommandError(f"Not all was done: {', '.join(failed)}.")
            return
        try:
            while True:
                self.guarded_round()
                time.sleep(options["every"])
        except KeyboardInterrupt:
            return

    def one_round(self) -> list[str]:
        """Do every job and report it; the labels of those that were not wholly done."""
        failed = []
        for job in due.JOBS:
            outcome = due.run(job, timezone.now())
            self.stdout.write(f"{outcome.label}: {outcome.count}")
            for problem in outcome.problems:
                self.stderr.write(f"  {problem}")
            if outcome.problems:
                failed.append(outcome.label)
        return failed

    def guarded_round(self) -> None:
        """A round that fails is logged; the next one finds what it left."""
        try:
            close_old_connections()
            for job in due.JOBS:
                due.run(job, timezone.now())
        except Exception:
            logger.exception("A round of what is due failed")
