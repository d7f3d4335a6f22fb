"""The results pages: a plain GET form, of which htmx swaps the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from catalog.wording import section_name
from search import get_engine
from search.advice import Offer, advice_on
from search.cards import cards_of, kind_name
from search.facets import FACETS, GENERAL, KIND_FACETS
from search.forms import read_question, sorts_of
from search.labels import Catalogue, load_catalogue
from search.links import Links
from search.panel import panels_of
from search.question import KINDS, LAST_PAGE, PAGE_SIZE, TEXT_LENGTH, Answer, Hint, Question
from search.suggestions import suggest
from search.synonyms import expand

if TYPE_CHECKING:
    from wagtail.models import Page

# Names the form to htmx, which tells it to the server.
FORM_ID = "find"
# Page numbers shown on either side of the current one.
_NEIGHBOURS = 2


@dataclass(frozen=True)
class Link:
    """``count`` is the number of results behind it, where that is known."""

    text: str
    url: str
    count: int | None = None
    is_current: bool = False


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """/search/: all three kinds, with the number of results of each."""
    return results(request, None)


@require_safe
def suggestion_options(request: HttpRequest) -> HttpResponse:
    """The options of a search box's list, for htmx; an empty answer shows no list."""
    names = {"scenario": _("Scenario"), "synonym": _("Search word")}
    found = suggest(request.GET.get("q", ""))
    options = [(item, names.get(item.kind) or kind_name(item.kind)) for item in found]
    return render(request, "search/_suggestions.html", {"options": options})


def results(request: HttpRequest, kind: str | None, page: Page | None = None) -> HttpResponse:
    """One kind's list, or all kinds; ``page`` is the index page that the list stands for."""
    catalogue = load_catalogue()
    question, form = read_question(request.GET, kind, catalogue)
    if "page" in form.errors:
        raise Http404("No such page of results.")
    answer = get_engine().ask(question)
    if question.page > answer.pages:
        raise Http404("The result has fewer pages.")
    links = Links(request.path, question)
    advice = advice_on(answer, catalogue)
    context = {
        "page": page,
        "form_id": FORM_ID,
        "heading": _heading(kind, page),
        "introduction": getattr(page, "introduction", ""),
        "question": question,
        "answer": answer,
        "cards": cards_of(answer.hits, catalogue, pictures=kind == "case"),
        "panels": panels_of(answer, catalogue, request.GET),
        "filters_open": filters_open(request, question),
        "chosen_count": sum(map(len, question.chosen.values())),
        "show_kind": kind is None,
        "sentence": sentence(answer),
        "chips": chips(answer, catalogue, links),
        "clear_url": links.without_facets(),
        "sorts": sorts_of(question),
        "parts": [offer_link(offer, request.path) for offer in advice.parts],
        "problems": [offer_link(offer, request.path) for offer in advice.problems],
        "hints": [hint_link(hint, links, answer) for hint in answer.hints],
        "general": general_hint(answer, links),
        "kinds": kind_links(answer, links),
        "pagination": pagination(answer, links),
        "is_capped": answer.total > LAST_PAGE * PAGE_SIZE,
        "ask_url": ask_url(question.text),
        "text_length": TEXT_LENGTH,
        "trail": [{"title": _heading(kind, page), "url": request.path}],
    }
    # A restored page asks for the whole; a swapped part must not be kept in its place.
    partial = request.htmx and not request.htmx.history_restore_request
    template = "search/_results.html" if partial else "search/results.html"
    response = render(request, template, context)
    response["X-Search-Engine"] = answer.engine
    patch_vary_headers(response, ["HX-Request"])
    if partial:
        push_url(response, links.here())
    return response


def filters_open(request: HttpRequest, question: Question) -> bool:
    """Whether the filters were just used: on a phone they stay open then, while htmx swaps."""
    if not request.htmx or request.htmx.trigger != FORM_ID:
        return False
    before = QueryDict(urlsplit(request.htmx.current_url or "").query)
    return any(
        set(before.getlist(key)) != set(question.chosen.get(key, ()))
        for key in KIND_FACETS[question.kind]
    )


def _heading(kind: str | None, page: Page | None) -> str:
    return section_name(page) if page else _("Search")


def sentence(answer: Answer) -> str:
    """What was found, in one sentence."""
    total = answer.total
    counted = {
        "solution": ngettext("%(total)d solution", "%(total)d solutions", total),
        "provider": ngettext("%(total)d provider", "%(total)d providers", total),
        "case": ngettext("%(total)d case", "%(total)d cases", total),
        None: ngettext("%(total)d result", "%(total)d results", total),
    }[answer.question.kind] % {"total": total}
    if not answer.question.text:
        return counted
    return _("%(counted)s for “%(text)s”") % {"counted": counted, "text": answer.question.text}


def chips(answer: Answer, catalogue: Catalogue, links: Links) -> list[Link]:
    """Every choice with the address that takes it back."""
    return [
        Link(catalogue.label(key, code), links.without(key, code))
        for key, codes in answer.question.chosen.items()
        for code in codes
    ]


def hint_link(hint: Hint, links: Links, answer: Answer) -> Link:
    """What to drop for some result, as a link that does it."""
    if hint.what == "facet":
        label = FACETS[hint.key].label_for(answer.question.kind)
        text = _("Without the filter “%(label)s”") % {"label": label}
        return Link(text, links.without(hint.key), hint.count)
    if hint.what == "word":
        words = expand(answer.question.text, answer.question.synonyms or ())
        others = " ".join(item.word.written for item in words if item.word.written != hint.key)
        text = _("Without the word “%(word)s”") % {"word": hint.key}
        return Link(text, links.with_text(others), hint.count)
    if hint.what == "facets":
        return Link(_("Without any filter"), links.without_facets(), hint.count)
    return Link(_("Without the search text"), links.with_text(""), hint.count)


def offer_link(offer: Offer, path: str) -> Link:
    """Another question on the same list."""
    return Link(offer.text, Links(path, offer.question).here(), offer.count)


def general_hint(answer: Answer, links: Links) -> Link | None:
    """Entries for all industries that a choice of one industry leaves out."""
    chosen = answer.question.chosen.get("industry", ())
    count = answer.facets.get("industry", {}).get(GENERAL, 0)
    if not chosen or GENERAL in chosen or not count:
        return None
    sentences = {
        "solution": ngettext(
            "%(count)d solution for all industries fits as well",
            "%(count)d solutions for all industries fit as well",
            count,
        ),
        "provider": ngettext(
            "%(count)d provider for all industries fits as well",
            "%(count)d providers for all industries fit as well",
            count,
        ),
    }
    general = ngettext(
        "%(count)d result for all industries fits as well",
        "%(count)d results for all industries fit as well",
        count,
    )
    text = sentences.get(answer.question.kind or "", general) % {"count": count}
    return Link(text, links.with_value("industry", GENERAL))


def kind_links(answer: Answer, links: Links) -> list[Link]:
    """The same question on the list of each kind, with its number of results."""
    names = {"solution": _("Solutions"), "provider": _("Providers"), "case": _("Cases")}
    current = answer.question.kind
    addresses = _addresses()
    found = [
        Link(
            names[kind],
            links.to_kind(kind, addresses[kind]),
            answer.kind_counts[kind],
            kind == current,
        )
        for kind in KINDS
    ]
    if current is None:
        found.insert(0, Link(_("All"), links.here(), answer.total, is_current=True))
    return found


def _addresses() -> dict[str, str]:
    home = reverse("wagtail_serve", args=[""])
    return {
        "solution": f"{home}solutions/",
        "provider": f"{home}providers/",
        "case": f"{home}cases/",
    }


def pagination(answer: Answer, links: Links) -> dict | None:
    """Links to the neighbouring pages; a gap is None. Nothing for a single page."""
    current, last = answer.question.page, answer.pages
    if last < 2:
        return None
    near = range(max(1, current - _NEIGHBOURS), min(last, current + _NEIGHBOURS) + 1)
    numbers: list[Link | None] = []
    previous = 0
    for number in sorted({1, *near, last}):
        if number > previous + 1:
            numbers.append(None)
        numbers.append(Link(str(number), links.page(number), is_current=number == current))
        previous = number
    return {
        "numbers": numbers,
        "previous": links.page(current - 1) if current > 1 else "",
        "next": links.page(current + 1) if current < last else "",
    }


def ask_url(text: str) -> str:
    """The request form, filled in with what was looked for."""
    address = f"{reverse('wagtail_serve', args=[''])}requests/new/"
    return f"{address}?{urlencode({'q': text})}" if text else address
