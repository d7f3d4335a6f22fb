"""Every facet count of the API equals a count made by hand over the ORM.

The count by hand knows nothing of words, pairs, bitmaps or entries: it looks for strings in the
pages' own fields.
"""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from cases.models import CasePage, CaseSolution
from catalog.models import SolutionPage, Synonym
from providers.models import ProviderPage

QUESTIONS = 500
FACETS = {
    "solution": (
        "industry scenario deployment pricing price delivery level size goal provider batch "
        "evidence local"
    ).split(),
    "provider": "kind scenario industry qualification local service".split(),
    "case": "industry scenario level mode benchmark investment edition".split(),
    "": ["industry", "scenario"],
}
LATIN = ("MES", "mes", "ERP", "WMS", "SaaS", "OEE", "PLC", "ＭＥＳ", "AGV", "5G")


@dataclass
class Listed:
    """A listed page with the texts that may be searched and its values by hand."""

    kind: str
    texts: list[str]
    values: dict[str, set[str]]

    def __post_init__(self) -> None:
        # One text; a control character stands where none of the patterns can reach across.
        self.searched = "\x00".join(plain(text) for text in self.texts)


def plain(text: object) -> str:
    return unicodedata.normalize("NFKC", str(text)).lower()


def prose(html: str) -> list[str]:
    """Paragraphs of rich text; a phrase does not reach from one into the next."""
    return [unescape(strip_tags(part)) for part in re.split(r"</p>|</li>|</h3>", html)]


def names(terms) -> list[str]:
    return [name for term in terms for name in (term.label, term.label_en)]


def codes(terms) -> set[str]:
    return {term.code for term in terms}


def upper_band(amount, bounds: tuple[tuple[str, int], ...], last: str) -> set[str]:
    if amount is None:
        return set()
    return {next((code for code, bound in bounds if amount <= bound), last)}


def solution(page: SolutionPage) -> Listed:
    provider = ProviderPage.objects.get(pk=page.get_parent().pk)
    cases = CasePage.objects.listed().filter(used_solutions__solution=page)
    price = None if page.price_on_request else page.price_max_wan
    return Listed(
        "solution",
        [
            page.title,
            page.tagline,
            *page.problem.splitlines(),
            *(f"{block.value['title']} {block.value['text']}" for block in page.functions),
            *page.technology.splitlines(),
            *page.interfaces.splitlines(),
            *names(page.scenarios.all()),
            *names(page.industries.all()),
            *names(page.pain_points.all()),
            provider.title,
            provider.legal_name,
        ],
        {
            "industry": codes(page.industries.all())
            | ({"general"} if page.all_industries else set()),
            "scenario": codes(page.scenarios.all()),
            "deployment": codes(page.deployment_modes.all()),
            "pricing": {page.pricing_model.code},
            "price": upper_band(price, (("0-5", 5), ("5-20", 20)), "20-"),
            "delivery": upper_band(page.delivery_days, (("0-15", 15), ("16-30", 30)), "31-"),
            "level": {page.level_to.code},
            "size": codes(page.company_sizes.all()),
            "goal": codes(page.value_goals.all()),
            "provider": {provider.slug},
            "batch": {str(page.recognition.batch)} if hasattr(page, "recognition") else set(),
            "evidence": {"1"} if cases.exists() else set(),
            "local": {"1"} if page.local_service else set(),
        },
    )


def provider(page: ProviderPage) -> Listed:
    today = timezone.localdate()
    valid = [
        item
        for item in page.qualifications.all()
        if item.checked_on
        and (not item.valid_from or item.valid_from <= today)
        and (not item.valid_to or today <= item.valid_to)
    ]
    return Listed(
        "provider",
        [
            page.title,
            page.summary,
            page.legal_name,
            *(part for block in page.introduction for part in prose(block.value.source)),
            *(f"{block.value['title']} {block.value['text']}" for block in page.strengths),
            *names(page.scenarios.all()),
            *names(page.industries.all()),
            *names(page.service_categories.all()),
            *names([page.kind]),
        ],
        {
            "kind": {page.kind.code},
            "scenario": codes(page.scenarios.all()),
            "industry": codes(page.industries.all())
            | ({"general"} if page.all_industries else set()),
            "qualification": {item.type_id for item in valid},
            "local": {"1"} if page.local_team_size else set(),
            "service": codes(page.service_categories.all()),
        },
    )


def case(page: CasePage) -> Listed:
    used = SolutionPage.objects.listed().filter(
        pk__in=CaseSolution.objects.filter(case=page).values("solution")
    )
    worked = ProviderPage.objects.listed().filter(case_uses__case=page)
    scenarios = {term.code for item in used for term in item.scenarios.all()}
    if not scenarios:
        scenarios = {term.code for p in page.pain_points.all() for term in p.scenarios.all()}
    return Listed(
        "case",
        [
            page.title,
            page.summary,
            page.anonymous_name if page.is_anonymous else page.enterprise_name,
            page.main_products,
            *(
                part
                for html in (
                    page.profile,
                    page.needs,
                    page.path_text,
                    page.results,
                    page.next_steps,
                )
                for part in prose(html)
            ),
            *(block.value["what"] for block in page.timeline),
            *(
                line
                for text in (
                    page.data_and_integration,
                    page.preconditions,
                    page.entry_threshold,
                    page.fits,
                    page.pitfalls,
                )
                for line in text.splitlines()
            ),
            *names(page.industries.all()),
            *names(page.pain_points.all()),
            *names(page.modes.all()),
            *(item.title for item in used),
            *(item.title for item in worked),
            *(use.text for use in page.used_solutions.all() if not use.solution_id),
            *(work.text for work in page.used_providers.all() if not work.provider_id),
        ],
        {
            "industry": codes(page.industries.all()),
            "scenario": scenarios,
            "level": {page.level_after.code},
            "mode": codes(page.modes.all()),
            "benchmark": {"1"} if hasattr(page, "benchmark") else set(),
            "investment": upper_band(page.investment_wan, (("0-30", 30), ("30-100", 100)), "100-"),
            "edition": {
                issued.issue.collection.slug
                for issued in page.issued_as.select_related("issue__collection")
                if issued.issue == issued.issue.collection.current_issue()
            },
        },
    )


def finds(listed: Listed, word: str, synonyms: list[list[str]]) -> bool:
    """Whether the word, or one of its synonyms, stands in a text; Latin words as a whole."""
    variants = {word}.union(*(group for group in synonyms if word in group))

    def stands(variant: str) -> bool:
        pattern = r"[^\w\x00]*".join(re.escape(part) for part in variant.split())
        if variant[0].isascii():
            pattern = rf"(?<![a-z0-9]){pattern}"
        if variant[-1].isascii():
            pattern += r"(?![a-z0-9])"
        return re.search(pattern, listed.searched) is not None

    return any(stands(variant) for variant in variants)


@pytest.fixture
def listed(demo_site: None) -> list[Listed]:
    makers: tuple[tuple[type, Callable], ...] = (
        (SolutionPage, solution),
        (ProviderPage, provider),
        (CasePage, case),
    )
    return [make(page) for model, make in makers for page in model.objects.listed()]


def random_words(chance: random.Random, listed: list[Listed]) -> list[str]:
    """None, one or two words; most of them cut out of the texts themselves."""
    words = []
    for _ in range(chance.choice((0, 1, 1, 1, 2))):
        runs = re.findall(r"[\u4e00-\u9fff]+", " ".join(chance.choice(listed).texts))
        run = chance.choice(runs)
        start = chance.randrange(len(run))
        cut = run[start : start + chance.choice((1, 2, 2, 3, 4))]
        words.append(chance.choice(LATIN) if chance.random() < 0.2 else cut)
    return words


def test_counts_of_500_random_questions(listed: list[Listed], client: Client) -> None:
    chance = random.Random(2026)
    synonyms = [
        [plain(word) for word in group.variants] for group in Synonym.objects.filter(is_active=True)
    ]
    counted = with_text = 0
    for number in range(QUESTIONS):
        kind = chance.choice(("solution", "solution", "provider", "case", ""))
        pool = [item for item in listed if not kind or item.kind == kind]
        words = random_words(chance, listed)
        chosen = {}
        for key in chance.sample(FACETS[kind], chance.randint(0, min(4, len(FACETS[kind])))):
            known = sorted({code for item in pool for code in item.values[key]})
            if known:
                chosen[key] = chance.sample(known, min(len(known), chance.randint(1, 2)))
        parameters = {"q": " ".join(words), **chosen} | ({"type": kind} if kind else {})

        answer = client.get("/api/search?" + urlencode(parameters, doseq=True)).json()

        asked = [plain(word) for word in dict.fromkeys(words)]
        # Two words that together are a term stand for its synonyms side by side.
        if any(plain(" ".join(words)) in group for group in synonyms) and len(words) > 1:
            continue
        found = [item for item in pool if all(finds(item, word, synonyms) for word in asked)]
        for key in FACETS[kind]:
            others = {other: codes for other, codes in chosen.items() if other != key}
            left = [
                item
                for item in found
                if all(item.values[other] & set(codes) for other, codes in others.items())
            ]
            for code, value in answer["facets"][key].items():
                expected = sum(code in item.values[key] for item in left)
                assert value["count"] == expected, (number, parameters, key, code)
                assert value["selected"] == (code in chosen.get(key, ()))
                counted += bool(expected)
            missing = {c for item in left for c in item.values[key]} - set(answer["facets"][key])
            assert not missing, (number, parameters, key)
        assert answer["total"] == sum(
            all(item.values[key] & set(codes) for key, codes in chosen.items()) for item in found
        ), (number, parameters)
        with_text += bool(words and answer["total"])
    assert counted > 2000, "nearly all counts were zero, which proves little"
    assert with_text > 100, "nearly no text found anything"
