"""Tell the providers of every request whose grace period is over, and deliver what waits."""

import argparse
import logging
import time

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from providers.matching.lifecycle import announce_due_requests
from providers.matching.outbox import deliver_waiting

logger = logging.getLogger(__name__)


def seconds(written: str) -> int:
    """A pause of at least one second."""
    pause = int(written)
    if pause < 1:
        raise argparse.ArgumentTypeError("at least 1 second")
    return pause


class Command(BaseCommand):
    help = "Announces requests that are due and delivers waiting messages; repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=seconds, metavar="SECONDS", help="repeat with this pause until stopped"
        )

    def handle(self, *args, **options) -> None:
        if not options["every"]:
            announced, delivered = one_round()
            self.stdout.write(f"{announced} requests announced, {delivered} messages delivered.")
            return
        try:
            while True:
                guarded_round()
                time.sleep(options["every"])
        except KeyboardInterrupt:
            return


def one_round() -> tuple[int, int]:
    """How many requests were announced and how many messages delivered."""
    return announce_due_requests(), deliver_waiting()


def guarded_round() -> None:
    """A round that fails is logged; the next one finds what it left."""
    try:
        close_old_connections()
        one_round()
    except Exception:
        logger.exception("A round of sending failed")
