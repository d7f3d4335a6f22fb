from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from marketplace.demo.accounts import ACCOUNTS, password
from marketplace.demo.loader import Demonstration


class Command(BaseCommand):
    help = "Load the fictitious demonstration and its accounts; a second run changes nothing."

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demonstration cannot be loaded under production settings.")
        call_command("setup_site", stdout=self.stdout)
        Demonstration().load()
        accounts = "".join(f"    {item.username:<11}{item.role}\n" for item in ACCOUNTS)
        site = settings.SITE_URL.rstrip("/")
        self.stdout.write(
            f"\n  Site         {site}/\n"
            f"  Back office  {site}/admin/\n"
            f"  Accounts, all with the password {password()}\n"
            f"{accounts}"
        )
