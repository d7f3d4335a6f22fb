from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from elasticsearch import ApiError, TransportError

from search import embedded_engine
from search.indexing import host_file, reindex, targets
from search.indexing.indices import Unreachable
from search.indexing.targets import AlreadyFilling
from search.reading import all_entries


class Command(BaseCommand):
    help = (
        "Build the search index anew from everything that is public now. With Elasticsearch a new "
        "index is filled beside the one in use, compared with the database and put in its place; "
        "the one before is kept up to date for --roll-back. Without it, indices that were used "
        "earlier are told of changes no more."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--roll-back",
            action="store_true",
            help="put the index before the present one back in its place",
        )

    def handle(self, *args, **options) -> None:
        self.verbosity = options["verbosity"]
        with_cluster = settings.SEARCH_ENGINE == "elasticsearch"
        if options["roll_back"] and not with_cluster:
            raise CommandError("Only indices of Elasticsearch can be rolled back.")
        try:
            if options["roll_back"]:
                self._say(f"elasticsearch: {reindex.roll_back()} is searched again.")
                return
            self._embedded()
            if with_cluster:
                self._cluster()
            else:
                self._forget_cluster()
        except (ApiError, TransportError, Unreachable, AlreadyFilling, reindex.Incomplete) as error:
            raise CommandError(str(error)) from error

    def _embedded(self) -> None:
        done = 0

        def progress(count: int) -> None:
            nonlocal done
            done = count
            if self.verbosity:
                self.stdout.write(f"embedded: {count} entries\n", ending="")

        if host_file.is_needed():
            host_file.fill(host_file.registered(), progress)
        else:
            embedded_engine().rebuild(all_entries(), progress)
        self._say(f"embedded: {done} entries indexed.")

    def _cluster(self) -> None:
        target = reindex.reindex(self._progress)
        self._say(f"elasticsearch: {target} is searched now.")
        for key, reason in reindex.refusals(target).items():
            self.stderr.write(f"elasticsearch: refused: {key}: {reason}")

    def _forget_cluster(self) -> None:
        """Nothing here tells indices any more: what waits for them would wait for ever."""
        for target in reindex.cluster_targets():
            targets.drop(target)
            self._say(f"elasticsearch: {target} is told of changes no more; it may be removed.")

    def _progress(self, done: int, total: int) -> None:
        if self.verbosity:
            self.stdout.write(f"elasticsearch: {done} of {total} documents\n", ending="")

    def _say(self, sentence: str) -> None:
        if self.verbosity:
            self.stdout.write(self.style.SUCCESS(sentence))
