import logging
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from elasticsearch import ApiError, TransportError

from search import embedded_engine
from search.indexing import host_file, outbox, reindex, upkeep
from search.indexing.comparison import Difference, Holder, differences
from search.indexing.indices import Unreachable, fits
from search.indexing.reindex import Incomplete
from search.indexing.targets import AlreadyFilling
from search.indexing.worker import drain
from search.indexing.writers import Writer, writer_for
from search.models import IndexTarget

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Compare every search index with everything that is public now, entry by entry and by "
        "content. Prints what differs after all that waited was told, and then ends with 1."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--repair",
            action="store_true",
            help="read again what differs and what was set aside, then compare once more",
        )

    def handle(self, *args, **options) -> None:
        self.repair = options["repair"]
        self.verbosity = options["verbosity"]
        outbox.record_due()
        found = [
            *_with_failure("elasticsearch", self._upkeep()),
            *_with_failure("embedded: cannot be compared", self._embedded()),
            *self._targets(),
            *_with_failure("elasticsearch", self._cluster()),
        ]
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} differences.", returncode=1)

    def _say(self, sentence: str) -> None:
        if self.verbosity:
            self.stdout.write(self.style.SUCCESS(sentence))

    # -- the embedded engine in the site's own database --------------------------------------------

    def _embedded(self) -> Iterator[str]:
        """Tables that are written with every change have no outbox to wait for."""
        if host_file.is_needed():
            host_file.ensure()
            return
        engine = embedded_engine()

        def tell() -> None:
            engine.read_due_again()

        found = differences(engine, tell)
        if found and self.repair:
            engine.put_or_drop([difference.key for difference in found])
            found = differences(engine, tell)
        yield from self._report("embedded", found, engine.faults())

    # -- targets -----------------------------------------------------------------------------------

    def _targets(self) -> Iterator[str]:
        for target in IndexTarget.objects.order_by("pk"):
            in_cluster = target.kind == IndexTarget.Kind.ELASTICSEARCH
            if in_cluster and target.state == IndexTarget.State.FILLING:
                # Nobody searches it, and whoever fills it compares it.
                self._say(f"{target}: is being filled.")
                continue
            writer = writer_for(target)
            if writer is not None:
                yield from _with_failure(
                    f"{target}: cannot be compared", self._target(target, writer)
                )
            elif in_cluster and settings.SEARCH_ENGINE == "elasticsearch":
                yield f"{target}: nothing here writes into it; search_reindex makes another."
            elif in_cluster:
                yield f"{target}: nothing here writes into it; search_reindex forgets it."
            # Another host's file is compared on that host.

    def _target(self, target: IndexTarget, writer: Writer) -> Iterator[str]:
        holder: Holder = embedded_engine()
        if target.kind == IndexTarget.Kind.ELASTICSEARCH:
            holder = reindex.IndexHolder(reindex.cluster_indices(), target)

        def tell() -> None:
            outbox.record_due()
            if holder is embedded_engine():
                holder.read_due_again()
            stopped = drain(target, writer, eager=True).stopped
            if stopped:
                raise Unreachable(stopped)

        if self.repair:
            target.rows.filter(is_poison=True).update(is_poison=False, due_at=timezone.now())
        found = differences(holder, tell)
        if found and self.repair:
            outbox.enqueue(target, [difference.key for difference in found])
            found = differences(holder, tell)
        faults = embedded_engine().faults() if holder is embedded_engine() else []
        refused = [f"refused: {key}: {why}" for key, why in reindex.refusals(target).items()]
        yield from self._report(str(target), found, [*faults, *refused])

    def _report(
        self, name: str, found: Iterable[Difference], faults: Iterable[str]
    ) -> Iterator[str]:
        sentences = [*map(str, found), *faults]
        if not sentences:
            self._say(f"{name}: equal to the database.")
        yield from (f"{name}: {sentence}" for sentence in sentences)

    # -- the cluster -------------------------------------------------------------------------------

    def _upkeep(self) -> Iterator[str]:
        """Repair first what a worker would: a lost index is made anew, the alias put back."""
        if self.repair and settings.SEARCH_ENGINE == "elasticsearch":
            upkeep.keep_up()
        # It says nothing but how it failed.
        yield from ()

    def _cluster(self) -> Iterator[str]:
        """Whether the alias lies on the live index; old tombstones are cleared away."""
        if settings.SEARCH_ENGINE != "elasticsearch":
            return
        live = reindex.live_target()
        if live is None:
            yield "elasticsearch: there is no index yet; search_reindex makes one."
            return
        if not fits(live.name):
            return
        indices = reindex.cluster_indices()
        searched = indices.searched()
        if searched != {live.name}:
            names = ", ".join(sorted(searched)) or "nothing"
            yield f"elasticsearch: searches ask {names} in place of {live}."
        indices.purge_tombstones(live.name)


def _with_failure(what: str, sentences: Iterator[str]) -> Iterator[str]:
    """These sentences, and one more when finding them ends in a failure: the rest is looked at."""
    try:
        yield from sentences
    except (ApiError, TransportError, Unreachable, AlreadyFilling, Incomplete) as error:
        yield f"{what}: {error}"
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception(what)
        yield f"{what}: {error!r}"
