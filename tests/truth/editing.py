"""What editors and officers do to the demonstration, as the office does it."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cases.models import CasePage, CaseProvider
from catalog.models import (
    ListingPage,
    Recognition,
    Scenario,
    SolutionPage,
    Suspension,
    publish_revision,
)
from providers.models import ProviderPage
from tests.pages import complete_draft
from tests.truth.processes import pause_at

# Few enough that writers meet on the same pages.
BUSY = ("zhiyan-ruanjian", "dianyang-zhizao", "qingyanyun")
# Where a transaction stops that has changed something.
OPEN = "not yet committed"


def publish(page: ListingPage) -> None:
    publish_revision(page.save_revision(), by=None, override_reason="A test.")


def rename(provider: ProviderPage, title: str) -> None:
    provider.title = title
    publish(provider)


# -- one thing at a time, held open ----------------------------------------------------------------


def rename_slowly(slug: str, title: str) -> None:
    """Rename a provider and stop before the commit."""
    with transaction.atomic():
        rename(ProviderPage.objects.get(slug=slug), title)
        pause_at(OPEN)


def reword_slowly(scenario: str, label: str) -> None:
    """Give a scenario another label and stop before the commit."""
    with transaction.atomic():
        term = Scenario.objects.get(pk=scenario)
        term.label = label
        term.save()
        pause_at(OPEN)


def link(case: str, provider: str) -> None:
    """Have a case name one more provider."""
    page = CasePage.objects.get(slug=case)
    page.used_providers.add(CaseProvider(provider=ProviderPage.objects.get(slug=provider)))
    publish(page)


def change(solution: str) -> None:
    page = SolutionPage.objects.get(slug=solution)
    page.tagline = "改过的一句话"
    page.save()


def expire_in(solution: str, seconds: int) -> None:
    page = SolutionPage.objects.get(slug=solution)
    page.expire_at = timezone.now() + timedelta(seconds=seconds)
    publish(page)


def come(slug: str) -> str:
    """Publish a solution that was not there before; its key."""
    page = complete_draft(ProviderPage.objects.get(slug=BUSY[0]), slug)
    publish(page)
    return f"solution:{page.pk}"


def publish_draft(solution: str) -> None:
    publish(SolutionPage.objects.get(slug=solution))


def unpublish(solution: str) -> str:
    """Take a solution from the public; its key."""
    page = SolutionPage.objects.get(slug=solution)
    page.unpublish()
    return f"solution:{page.pk}"


def change_much() -> None:
    """One change of each kind: fanned out, gone, come."""
    rename(ProviderPage.objects.get(slug="dianyang-zhizao"), "改了名的服务商")
    unpublish("rice-noodle-trace")
    publish_draft("camellia-oil-yield")


def choose_scenario(solution: str, scenario: str) -> None:
    page = SolutionPage.objects.get(slug=solution)
    page.scenarios.add(Scenario.objects.get(pk=scenario))
    publish(page)


# -- many things, by chance ------------------------------------------------------------------------


def rename_and_recognise(provider: str, seed: str) -> None:
    """A long transaction: a provider gets another name, a solution of it another batch."""
    chance = random.Random(seed)
    with transaction.atomic():
        page = ProviderPage.objects.get(slug=provider)
        recognise(chance.choice(solutions_of(page)), chance)
        page.title = f"改名 {seed}"
        page.save()
        pause_at(OPEN)
        time.sleep(chance.uniform(0.05, 0.25))


def edit(provider: str, seed: str) -> None:
    """A short change to what a long one changes as well."""
    page = random.Random(seed).choice(solutions_of(ProviderPage.objects.get(slug=provider)))
    page.tagline = f"改过的一句话 {seed}"
    page.save()


def comings_and_goings(seed: str, times: int) -> None:
    """What becomes public and what ceases to be."""
    chance = random.Random(seed)
    for number in range(times):
        chance.choice(_COMINGS_AND_GOINGS)(chance, f"{seed}-{number}")


def _new_solution(chance: random.Random, name: str) -> None:
    provider = chance.choice(busy_providers())
    with transaction.atomic():
        # As saving does: the page's row before the provider's. Adding takes them the other way.
        Page.objects.select_for_update().get(pk=provider.pk)
        draft = complete_draft(provider, f"new-{name}")
    publish(draft)


def _turn_solution(chance: random.Random, name: str) -> None:
    page = chance.choice(solutions_of(chance.choice(busy_providers())))
    if page.live:
        page.unpublish()
    else:
        publish(page)


def _link_case(chance: random.Random, name: str) -> None:
    case = chance.choice(CasePage.objects.live())
    case.used_providers.add(CaseProvider(provider=chance.choice(busy_providers())))
    publish(case)


def _turn_provider(chance: random.Random, name: str) -> None:
    provider = chance.choice(busy_providers())
    held = Suspension.objects.filter(page_id=provider.pk, lifted_at=None).first()
    if held:
        held.lifted_at = timezone.now()
        held.save()
    else:
        Suspension.objects.create(page_id=provider.pk, reason=name)


_COMINGS_AND_GOINGS = (_new_solution, _turn_solution, _turn_solution, _link_case, _turn_provider)


def recognise(solution: SolutionPage, chance: random.Random) -> None:
    Recognition.objects.update_or_create(
        solution=solution,
        defaults={"batch": chance.randint(1, 99), "recognised_on": date(2026, 4, 20)},
    )


def busy_providers() -> list[ProviderPage]:
    return list(ProviderPage.objects.filter(slug__in=BUSY))


def solutions_of(provider: ProviderPage) -> list[SolutionPage]:
    return list(SolutionPage.objects.child_of(provider).order_by("pk"))
