"""A site of the benchmark's own: pages and frame as any site has them, providers in any number."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from marketplace.demo.frame import set_up_frame
from providers.models import ProviderIndexPage, ProviderPage
from tests.bench.corpus import LEGAL_SUFFIX, provider_name, provider_slug


def set_up() -> None:
    """Migrate the database and make the pages that every site has."""
    call_command("migrate", interactive=False, run_syncdb=True, verbosity=0)
    call_command("createcachetable")
    call_command("setup_site", stdout=StringIO())
    set_up_frame()


@transaction.atomic
def have_providers(count: int) -> None:
    """Have so many providers, whose names are the labels of the facet; there are never fewer."""
    index = ProviderIndexPage.objects.get()
    for number in range(ProviderPage.objects.count(), count):
        name = provider_name(number)
        index.add_child(
            instance=ProviderPage(
                title=name,
                slug=provider_slug(number),
                legal_name=f"{name}{LEGAL_SUFFIX}",
                live=False,
            )
        )
        index.refresh_from_db()
    # Beside the gate that every real listing passes: nobody reads these but the facet.
    ProviderPage.objects.update(live=True, first_published_at=timezone.now())
