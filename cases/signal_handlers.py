"""What cases answer to the questions of other apps."""

from __future__ import annotations

from collections import defaultdict

from django.db.models.signals import post_delete
from django.dispatch import receiver

from cases.models import BenchmarkDecision, CaseProvider, CaseSolution
from catalog.models import SolutionPage
from catalog.signal_handlers import document_goes_with_its_decision
from providers.models import ProviderPage
from providers.review.recusal import involved_providers

post_delete.connect(document_goes_with_its_decision, sender=BenchmarkDecision)


@receiver(involved_providers)
def providers_of_cases(sender, page_ids: list[int], **kwargs) -> dict[int, set[int]]:
    """A case is an item of everybody who worked on it, wherever it lies in the tree."""
    found: dict[int, set[int]] = defaultdict(set)
    named = CaseProvider.objects.filter(case__in=page_ids, provider__isnull=False)
    for case, provider in named.values_list("case_id", "provider_id"):
        found[case].add(provider)
    used = CaseSolution.objects.filter(case__in=page_ids, solution__isnull=False)
    rows = list(used.values_list("case_id", "solution__path"))
    steplen = SolutionPage.steplen
    above = {path[:-steplen] for _case, path in rows}
    by_path = dict(ProviderPage.objects.filter(path__in=above).values_list("path", "pk"))
    for case, path in rows:
        if path[:-steplen] in by_path:
            found[case].add(by_path[path[:-steplen]])
    return found
