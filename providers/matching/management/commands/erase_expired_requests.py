"""Erase personal data whose time has come (design: Matching; domain: retention)."""

from django.core.management.base import BaseCommand, CommandParser

from providers.matching.personal_data.retention import (
    erase_request,
    expired_drafts,
    expired_requests,
    remove_draft,
)


class Command(BaseCommand):
    help = "Deletes drafts of 30 days and contact data of requests ended 12 months ago; reports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only report")

    def handle(self, *args, **options) -> None:
        drafts, requests = list(expired_drafts()), list(expired_requests())
        if not options["dry_run"]:
            for draft in drafts:
                remove_draft(draft)
            for request in requests:
                erase_request(request)
        verb = "would be erased" if options["dry_run"] else "erased"
        self.stdout.write(f"Drafts: {len(drafts)} {verb}.")
        self.stdout.write(f"Requests: contact data of {len(requests)} {verb}.")
        for request in requests:
            self.stdout.write(f"  {request.reference}")
