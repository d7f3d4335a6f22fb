"""Reads the site's content into entries, a fixed number of statements for each batch of a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page, Site

from cases.editions.reading import current_editions
from cases.models import BenchmarkDecision, CasePage, CaseProvider, CaseSolution
from catalog.models import ListingPage, Recognition, SolutionPage
from providers.models import ProviderPage, ProviderStanding, Qualification
from search.building import (
    CASE_TERMS,
    MODELS,
    PROVIDER_TERMS,
    SOLUTION_TERMS,
    case_entry,
    newest_first,
    provider_entry,
    solution_entry,
)
from search.entries import Entry

_BATCH = 200


def read_entries(keys: Iterable[str]) -> list[Entry]:
    """The entries behind these keys; a key without one is not public now."""
    return ContentReader().read(keys)


def public_keys() -> list[str]:
    """The keys of everything that is public now."""
    return [
        f"{kind}:{pk}"
        for kind, model in MODELS.items()
        for pk in model.objects.listed().order_by("pk").values_list("pk", flat=True)
    ]


def all_entries() -> Iterator[Entry]:
    """Everything public, read in batches."""
    keys = public_keys()
    for start in range(0, len(keys), _BATCH):
        yield from read_entries(keys[start : start + _BATCH])


class ContentReader:
    """Reads entries by their keys.

    While a page is being saved, its row is written before its terms and its child rows are, and
    before the addresses of the pages below it: ``saving`` is that page, taken as it stands in
    memory, and ``moved`` its address in the tree before and after.
    """

    def __init__(
        self, saving: ListingPage | None = None, moved: tuple[str, str] | None = None
    ) -> None:
        self.saving = saving
        self.moved = moved
        self.roots = [root.root_path for root in Site.get_site_root_paths()]

    def read(self, keys: Iterable[str]) -> list[Entry]:
        asked: dict[str, list[int]] = defaultdict(list)
        for key in keys:
            kind, _, pk = key.partition(":")
            asked[kind].append(int(pk))
        found: list[Entry] = []
        for kind, read in (
            ("solution", self._solutions),
            ("provider", self._providers),
            ("case", self._cases),
        ):
            pks = asked.get(kind, [])
            for start in range(0, len(pks), _BATCH):
                found += read(pks[start : start + _BATCH])
        return found

    # -- one kind each --------------------------------------------------------------------------

    def _solutions(self, pks: list[int]) -> Iterator[Entry]:
        pages = self._pages(
            SolutionPage.objects.listed().filter(pk__in=pks).prefetch_related(*SOLUTION_TERMS)
        )
        batches = dict(
            Recognition.objects.filter(solution__in=pks).values_list("solution_id", "batch")
        )
        parents = {page.path[: -page.steplen] for page in pages}
        providers = {
            page.path: page for page in self._pages(ProviderPage.objects.filter(path__in=parents))
        }
        proofs = self._proofs(CaseSolution, "solution_id", pages)
        for page in pages:
            provider = providers.get(page.path[: -page.steplen])
            yield solution_entry(page, provider, batches.get(page.pk), proofs[page.pk], self._url)

    def _providers(self, pks: list[int]) -> Iterator[Entry]:
        pages = self._pages(
            ProviderPage.objects.listed()
            .filter(pk__in=pks)
            .select_related("kind")
            .prefetch_related(*PROVIDER_TERMS)
        )
        tiers = dict(
            ProviderStanding.objects.filter(provider__in=pks).values_list("provider_id", "tier")
        )
        qualifications = defaultdict(list)
        checked = Qualification.objects.filter(provider__in=pks, checked_on__isnull=False)
        for qualification in checked:
            qualifications[qualification.provider_id].append(qualification)
        proofs = self._proofs(CaseProvider, "provider_id", pages)
        for page in pages:
            yield provider_entry(
                page, tiers.get(page.pk), qualifications[page.pk], proofs[page.pk], self._url
            )

    def _cases(self, pks: list[int]) -> Iterator[Entry]:
        pages = self._pages(
            CasePage.objects.listed()
            .filter(pk__in=pks)
            .prefetch_related(
                *CASE_TERMS,
                "pain_points__scenarios",
                "used_solutions",
                "used_providers",
                "indicators__indicator",
            )
        )
        benchmarks = set(
            BenchmarkDecision.objects.filter(case__in=pks).values_list("case_id", flat=True)
        )
        editions: dict[int, set[str]] = defaultdict(set)
        for case, slug in current_editions(pks):
            editions[case].add(slug)
        used = {use.solution_id for page in pages for use in page.used_solutions.all()}
        worked = {use.provider_id for page in pages for use in page.used_providers.all()}
        solutions = self._pages(
            SolutionPage.objects.listed().filter(pk__in=used).prefetch_related("scenarios")
        )
        providers = self._pages(ProviderPage.objects.listed().filter(pk__in=worked))
        shown = {page.pk: page for page in (*solutions, *providers)}
        for page in pages:
            yield case_entry(page, page.pk in benchmarks, editions[page.pk], shown, self._url)

    # -- shared ---------------------------------------------------------------------------------

    def _pages(self, pages: Iterable[ListingPage]) -> list:
        """The pages, with the one being saved as it stands in memory."""
        saving = self.saving
        return [saving if saving is not None and page == saving else page for page in pages]

    def _proofs(
        self, uses: type[CaseSolution | CaseProvider], name: str, pages: list[ListingPage]
    ) -> dict[int, list[CasePage]]:
        """For each page: the listed cases that name it, newest first."""
        found: dict[int, set[int]] = defaultdict(set)
        saved_case = self.saving if isinstance(self.saving, CasePage) else None
        rows = uses.objects.filter(**{f"{name}__in": [page.pk for page in pages]})
        if saved_case:
            rows = rows.exclude(case=saved_case)
            relation = "used_solutions" if uses is CaseSolution else "used_providers"
            for use in getattr(saved_case, relation).all():
                found[getattr(use, name)].add(saved_case.pk)
        for page, case in rows.values_list(name, "case_id"):
            found[page].add(case)
        wanted = set().union(*found.values()) if found else set()
        listed = CasePage.objects.listed().filter(pk__in=wanted)
        cases = {
            case.pk: case for case in self._pages(listed.prefetch_related("indicators__indicator"))
        }
        proofs: dict[int, list[CasePage]] = defaultdict(list)
        for page, numbers in found.items():
            known = (cases[number] for number in numbers if number in cases)
            proofs[page] = sorted(known, key=newest_first)
        return proofs

    def _url(self, page: Page) -> str:
        """The page's address on this site, without a host."""
        path = page.url_path
        if self.moved and path.startswith(self.moved[0]):
            path = self.moved[1] + path.removeprefix(self.moved[0])
        for root in self.roots:
            if path.startswith(root):
                return reverse("wagtail_serve", args=[path.removeprefix(root)])
        return page.url or ""


def dependents(pks: Iterable[int]) -> set[str]:
    """Keys of entries that tell something of these pages: name, evidence, scenarios, address."""
    pages = list(pks)
    uses = CaseSolution.objects.filter(Q(solution__in=pages) | Q(case__in=pages))
    works = CaseProvider.objects.filter(Q(provider__in=pages) | Q(case__in=pages))
    keys: set[str] = set()
    for kind, rows in (
        ("solution", uses.values_list("case_id", "solution_id")),
        ("provider", works.values_list("case_id", "provider_id")),
    ):
        for case, other in rows:
            keys.add(f"case:{case}")
            if other:
                keys.add(f"{kind}:{other}")
    return keys
