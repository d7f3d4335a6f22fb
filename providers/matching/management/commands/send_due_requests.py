"""Tell the providers of every request whose grace period is over, and deliver what waits."""

from django.core.management.base import BaseCommand

from providers.matching.lifecycle import announce_due_requests
from providers.matching.outbox import deliver_waiting


class Command(BaseCommand):
    help = "Announces requests that are due and delivers waiting messages; repeatable."

    def handle(self, *args, **options) -> None:
        announced = announce_due_requests()
        delivered = deliver_waiting()
        self.stdout.write(f"{announced} requests announced, {delivered} messages delivered.")
