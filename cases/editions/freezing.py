"""What an edition says, written out as data: words, figures and copies of pictures.

Nothing of it points at a case, a term or a picture of the site: whoever reads it later reads what
stood there on that day. Dates are ISO texts, numbers are texts, amounts 万元.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from cases.editions.languages import said
from cases.editions.pictures import IN_TEXT, ON_COVER, Copy, copy_of
from cases.models import CaseCollectionPage, CasePage
from cases.templatetags.evidence import investment
from catalog.models import SolutionPage
from catalog.wording import items, plain
from providers.models import ProviderPage

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from wagtail.models import Page

    from cases.models import CaseIndicator, CollectionEntry
    from catalog.models import Scenario, Term

# Where a rule of chapters finds nothing; never among the titles of other chapters.
NO_CHAPTER = ""


@dataclass
class FrozenCase:
    """``page`` is the version that was written out, ``place`` its number in the booklet."""

    page: CasePage
    place: int
    content: dict[str, Any]
    pictures: list[Copy] = field(default_factory=list)


@dataclass
class FrozenEdition:
    """``content`` is the edition's own; ``cover`` is the copy of its picture, if it has one."""

    content: dict[str, Any]
    cases: list[FrozenCase]
    cover: Copy | None

    @property
    def fingerprint(self) -> str:
        """The same for the same words, figures and pictures."""
        everything = [self.content, *(case.content for case in self.cases)]
        text = json.dumps(everything, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def freeze(
    collection: CaseCollectionPage, versions: Iterable[CasePage], *, with_cases: bool = True
) -> FrozenEdition:
    """Write an edition out as it stands in memory, its cases in the order of the booklet.

    Args:
        versions: of each entry's case the version to show, in any order; others are left out.
        with_cases: without, only what the contents page needs of each case, and no pictures.

    Raises:
        UnreadablePicture: the file of a picture is gone.
    """
    pages = {page.pk: page for page in versions}
    entries = [entry for entry in ordered(collection.entries.all()) if entry.case_id in pages]
    content, cases = {"chapters": []}, []
    for title, members in in_chapters(collection, entries, pages):
        places = []
        for entry in members:
            places.append(len(cases) + 1)
            frozen = frozen_case(pages[entry.case_id], entry, places[-1], with_cases=with_cases)
            cases.append(frozen)
        content["chapters"].append({"title": title, "places": places})
    cover = copy_of(collection.cover, ON_COVER) if collection.cover else None
    content |= {
        "title": collection.title,
        "subtitle": collection.subtitle,
        "cover": cover and picture(cover, collection.cover_alt),
        "preface": html(collection.preface),
        "editor": collection.editor,
        "dated_on": day(collection.dated_on),
        "contact": collection.contact,
        "disclaimers": items(collection.disclaimers),
        "platform": said(lambda: settings.WAGTAIL_SITE_NAME),
        "is_demo": collection.is_demo,
    }
    return FrozenEdition(content, cases, cover)


# -- chapters --------------------------------------------------------------------------------------


def in_chapters(
    collection: CaseCollectionPage, entries: list[CollectionEntry], pages: dict[int, CasePage]
) -> list[tuple[Any, list[CollectionEntry]]]:
    """Titles with their entries: chapters stand as their first case does, cases as ordered.

    A title is a text, or a text in every language. Without any chapter there is one without title.
    """
    titles: dict[str, Any] = {}
    members: dict[str, list[CollectionEntry]] = {}
    for entry in entries:
        title = entry.chapter.strip() or chapter_by_rule(collection, pages[entry.case_id])
        # A chapter typed by hand is the same one as a chapter of that name by rule.
        name = title[settings.LANGUAGE_CODE] if isinstance(title, dict) else title
        titles.setdefault(name, title)
        members.setdefault(name, []).append(entry)
    if NO_CHAPTER in titles and len(titles) > 1:
        titles[NO_CHAPTER] = said(lambda: _("Further cases"))
    return [(titles[name], members[name]) for name in titles]


def chapter_by_rule(collection: CaseCollectionPage, page: CasePage) -> Any:
    """The name of the case's first industry chain or scenario, as the edition's rule has it."""
    kinds = CaseCollectionPage.Chapters
    terms: list[Term] = []
    if collection.chapters == kinds.INDUSTRY:
        terms = in_rank(page.industries.all())
    elif collection.chapters == kinds.SCENARIO:
        terms = scenarios_of(page)
    return said(lambda: terms[0].name) if terms else NO_CHAPTER


def scenarios_of(page: CasePage) -> list[Scenario]:
    """What was used tells the scenarios; where nothing listed was, the problems tell them."""
    used = [use.solution_id for use in page.used_solutions.all() if use.solution_id]
    listed = SolutionPage.objects.listed().filter(pk__in=used)
    found = {term for solution in listed for term in solution.scenarios.select_related("group")}
    if not found:
        points = page.pain_points.all()
        found = {term for point in points for term in point.scenarios.select_related("group")}
    return sorted(found, key=lambda term: (term.group.order, term.order, term.pk))


# -- a case ----------------------------------------------------------------------------------------


def frozen_case(
    page: CasePage, entry: CollectionEntry, place: int, *, with_cases: bool
) -> FrozenCase:
    head = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "enterprise": said(lambda: page.shown_enterprise),
        "is_benchmark": hasattr(page, "benchmark"),
        "figures": [figure(row) for row in ordered(page.indicators.all())],
        "note": entry.note.strip(),
    }
    if not with_cases:
        return FrozenCase(page, place, head)
    copies = [
        (block.value, copy_of(block.value["image"], IN_TEXT))
        for block in page.pictures
        if block.value["image"]
    ]
    pictures = [picture(copy, value["alt"], value["caption"]) for value, copy in copies]
    content = head | facts(page) | parts(page) | {"pictures": pictures, "address": page.url}
    return FrozenCase(page, place, content, [copy for _value, copy in copies])


def facts(page: CasePage) -> dict[str, Any]:
    """What stands in the table at the head of a case, and its profile's short answers."""
    # An anonymous case gives its investment as a band and nothing that would tell more.
    open_amounts = not page.is_anonymous
    return {
        "industries": names(page.industries.all()),
        "modes": names(page.modes.all()),
        "level_before": page.level_before_id,
        "level_after": page.level_after_id,
        "investment": said(lambda: investment(page)),
        "software_wan": number(page.software_wan) if open_amounts else None,
        "hardware_wan": number(page.hardware_wan) if open_amounts else None,
        "investment_note": page.investment_note if open_amounts else "",
        "months": page.months,
        "completed_on": day(page.completed_on),
        "payback_months": page.payback_months,
        "main_products": page.main_products,
        "headcount": said(page.get_headcount_band_display) if page.headcount_band else "",
        "revenue": page.revenue_band,
    }


def parts(page: CasePage) -> dict[str, Any]:
    """The six parts of a case and what people said."""
    return {
        "profile": html(page.profile),
        "pain_points": names(page.pain_points.all()),
        "needs": html(page.needs),
        "timeline": [dict(stage.value) for stage in page.timeline],
        "path": html(page.path_text),
        "data_and_integration": page.data_and_integration,
        "solutions": used(page.used_solutions.all(), "solution_id", SolutionPage),
        "providers": used(page.used_providers.all(), "provider_id", ProviderPage),
        "results": html(page.results),
        "fits": page.fits,
        "preconditions": items(page.preconditions),
        "entry_threshold": page.entry_threshold,
        "pitfalls": items(page.pitfalls),
        "next_steps": html(page.next_steps),
        "quotes": [quotation(quote.value, page) for quote in page.quotes],
    }


def quotation(value: Mapping[str, str], page: CasePage) -> dict[str, Any]:
    """Who speaks for an enterprise that stays anonymous has no name either."""
    if not page.is_anonymous:
        return dict(value)
    return dict(value) | {"speaker": said(lambda: page.shown_enterprise)}


def figure(row: CaseIndicator) -> dict[str, Any]:
    """An indicator with its definition as it was."""
    indicator = row.indicator
    return {
        "name": said(lambda: indicator.name),
        "unit": indicator.unit,
        "direction": indicator.direction,
        "before": number(row.before),
        "after": number(row.after),
        "period": row.period,
        "source": row.source,
    }


def used(uses: Iterable, name: str, model: type[Page]) -> list[dict[str, str]]:
    """Titles in the author's order, with the address of those that are listed."""
    rows = ordered(uses)
    listed = model.objects.listed().in_bulk([getattr(row, name) for row in rows])
    found = ((row, listed.get(getattr(row, name))) for row in rows)
    return [{"title": str(row), "address": page.url if page else ""} for row, page in found]


# -- values ----------------------------------------------------------------------------------------


def ordered(rows: Iterable) -> list:
    """Child rows in the editor's order, in memory as in the database."""
    return sorted(rows, key=lambda row: (row.sort_order or 0, row.pk or 0))


def in_rank(terms: Iterable[Term]) -> list[Term]:
    return sorted(terms, key=lambda term: (term.order, term.pk))


def names(terms: Iterable[Term]) -> list[dict[str, str]]:
    return [said(lambda term=term: term.name) for term in in_rank(terms)]


def html(source: str) -> str:
    """Rich text as it is shown, its links written out."""
    return expand_db_html(source) if source else ""


def picture(copy: Copy, alt: str, caption: str = "") -> dict[str, Any]:
    size = {"width": copy.width, "height": copy.height}
    return {"key": copy.key, "alt": alt, "caption": caption} | size


def number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def day(value: date | None) -> str:
    return value.isoformat() if value else ""
