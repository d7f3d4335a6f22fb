from django.core.management.base import BaseCommand

from catalog.seeding import seed_vocabularies


class Command(BaseCommand):
    help = "Create the programme's vocabularies; what exists stays as the bureau left it."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"Vocabularies: {seed_vocabularies()} entries created.")
