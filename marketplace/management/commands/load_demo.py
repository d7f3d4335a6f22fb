from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from marketplace.demo.accounts import ACCOUNTS, password
from marketplace.demo.loader import Demonstration
from marketplace.demo.notices import load_waiting_objection
from marketplace.demo.requests import load_requests


class Command(BaseCommand):
    help = "Load the fictitious demonstration and its accounts; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-requests",
            action="store_true",
            help="load neither requests of enterprises nor a wish to be called",
        )

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demonstration cannot be loaded under production settings.")
        call_command("setup_site", stdout=self.stdout)
        Demonstration().load()
        requests = []
        if not options["without_requests"]:
            requests = load_requests()
            load_waiting_objection()
        accounts = "".join(f"    {item.username:<11}{item.role}\n" for item in ACCOUNTS)
        site = settings.SITE_URL.rstrip("/")
        self.stdout.write(
            f"\n  Site         {site}/\n"
            f"  Back office  {site}/admin/\n"
            f"  Accounts, all with the password {password()}\n"
            f"{accounts}"
        )
        if requests:
            self.stdout.write(f"  Requests, opened at {site}{reverse('request_find')}\n")
        for item in requests:
            self.stdout.write(f"    {item.reference}  {item.code}  {item.state}")
