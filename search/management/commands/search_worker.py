import logging
import signal
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections
from elasticsearch import ApiError, TransportError

from search.indexing import host_file, outbox, reindex, targets, upkeep
from search.indexing.indices import IndexMissing, Unreachable
from search.indexing.targets import AlreadyFilling
from search.indexing.worker import drain
from search.indexing.writers import writer_for
from search.models import IndexTarget

logger = logging.getLogger(__name__)

# The longest pause after a target could not be told (seconds).
_LONGEST_PAUSE = 60.0
# Stand for the cluster, and for what it needs beside changes, among what is left alone for a while.
_CLUSTER, _UPKEEP = "The cluster", "The upkeep of the cluster"
# And for the making of this host's file.
_FILE = "The file of this host"
# What passes by itself: the cluster is away, or another process is at it.
_NOT_NOW = (ApiError, TransportError, Unreachable, AlreadyFilling, reindex.Incomplete)


class Command(BaseCommand):
    help = (
        "Tell every search index of what has changed and of what the clock has made untrue, until "
        "ended; any number may run. On each host that keeps a file of the embedded engine one must."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--every",
            type=float,
            default=2.0,
            metavar="SECONDS",
            help="pause between two passes (2 by default)",
        )
        parser.add_argument(
            "--once", action="store_true", help="end after one pass over what waits now"
        )

    def handle(self, *args, **options) -> None:
        if settings.SEARCH_ENGINE == "embedded" and not host_file.is_needed():
            self.stdout.write("The search index is written with every change: nothing to do.")
            return
        ended = threading.Event()
        if not options["once"]:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: ended.set())
        self.waits = Waits()
        while True:
            self._pass()
            # A file that was removed meanwhile is missed, and an old connection replaced.
            close_old_connections()
            if options["once"] or ended.wait(options["every"]):
                return

    def _pass(self) -> None:
        try:
            self._try(_FILE, self._keep_file)
            outbox.record_due()
            upkeep.drop_lost_files()
            for target in targets.by_urgency():
                self._try(_place(target), lambda target=target: self._tell(target))
            if settings.SEARCH_ENGINE == "elasticsearch" and not self.waits.waits(_CLUSTER):
                self._try(_UPKEEP, self._keep_up)
        except DatabaseError:
            # The database is away or busy: what waits in it goes on waiting.
            logger.exception("The search index could not be brought up to date")
            connections.close_all()

    def _try(self, place: str, work: Callable[[], str]) -> None:
        """Have this done unless it failed a moment ago; ``work`` says what kept it from its end.

        Whatever goes wrong in one place, the others are told.
        """
        if self.waits.waits(place):
            return
        try:
            trouble = work()
        except DatabaseError:
            raise
        except Exception as error:
            logger.exception("%s gives trouble that was not foreseen", place)
            trouble = repr(error)
        if trouble:
            self.waits.lengthen(place, trouble)
        else:
            self.waits.end(place)

    def _keep_file(self) -> str:
        host_file.ensure()
        return ""

    def _tell(self, target: IndexTarget) -> str:
        writer = writer_for(target)
        if writer is None:
            return ""
        try:
            return drain(target, writer).stopped
        except IndexMissing:
            return ""  # keeping up finds it out as well, and mends it

    def _keep_up(self) -> str:
        try:
            upkeep.keep_up()
        except _NOT_NOW as error:
            return str(error)
        return ""


def _place(target: IndexTarget) -> str:
    """Where it lies: what keeps one index from being told keeps all of them."""
    return _CLUSTER if target.kind == IndexTarget.Kind.ELASTICSEARCH else target.name


class Waits:
    """What is left alone for a while, each failure doubling the while."""

    def __init__(self) -> None:
        # Name → (when it may be tried again, the last pause), in seconds of the monotonic clock.
        self._known: dict[str, tuple[float, float]] = {}

    def waits(self, name: str) -> bool:
        return self._known.get(name, (0.0, 0.0))[0] > time.monotonic()

    def lengthen(self, name: str, reason: str) -> None:
        pause = min(max(1.0, self._known.get(name, (0.0, 0.0))[1] * 2), _LONGEST_PAUSE)
        self._known[name] = (time.monotonic() + pause, pause)
        logger.warning("%s is left alone for %.0f s: %s", name, pause, reason)

    def end(self, name: str) -> None:
        self._known.pop(name, None)
