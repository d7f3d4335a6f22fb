from django.core.management.base import BaseCommand
from django.db import transaction

from cases.scoring.seeding import seed_criteria
from catalog.seeding import seed_vocabularies
from marketplace.page_tree import set_up_page_tree
from marketplace.roles import set_up_roles


class Command(BaseCommand):
    help = "Create vocabularies, criteria, fixed pages, the office's groups and review; repeatable."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        seed_vocabularies()
        seed_criteria()
        set_up_page_tree()
        set_up_roles()
        self.stdout.write("The site is set up.")
