from django.core.management.base import BaseCommand, CommandError

from search import get_engine
from search.reading import all_entries


class Command(BaseCommand):
    help = (
        "Compare the search index with everything that is public now, entry by entry and by "
        "content. Ends with 1 on any difference; search_reindex mends it."
    )

    def handle(self, *args, **options) -> None:
        engine = get_engine()
        held = dict(engine.digests())
        public = {entry.key: entry.digest for entry in all_entries()}
        differences = [
            *(f"missing: {key}" for key in sorted(public.keys() - held.keys())),
            *(f"not public: {key}" for key in sorted(held.keys() - public.keys())),
            *(
                f"outdated: {key}"
                for key in sorted(public.keys() & held.keys())
                if public[key] != held[key]
            ),
            *engine.faults(),
        ]
        for difference in differences:
            self.stdout.write(difference)
        if differences:
            raise CommandError(f"{engine.name}: {len(differences)} differences.", returncode=1)
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS(f"{engine.name}: {len(public)} entries agree."))
