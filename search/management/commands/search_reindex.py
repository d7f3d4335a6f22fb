from django.core.management.base import BaseCommand

from search import get_engine
from search.reading import all_entries


class Command(BaseCommand):
    help = "Build the search index anew from everything that is public now."

    def handle(self, *args, **options) -> None:
        done = 0

        def progress(count: int) -> None:
            nonlocal done
            done = count
            if options["verbosity"]:
                self.stdout.write(f"{count} entries\n", ending="")

        engine = get_engine()
        engine.rebuild(all_entries(), progress)
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS(f"{engine.name}: {done} entries indexed."))
