"""The public read API: the same question and answer as the pages, as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Query, Schema, Status
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer
from pydantic import Field, create_model

from cases.indicator_data.api import router as indicator_router
from catalog.api import BadRequest, router
from search import get_engine
from search.facets import FACETS, KIND_FACETS, facets_of
from search.forms import read_question
from search.labels import Catalogue, load_catalogue
from search.panel import options_of
from search.question import PAGE_SIZE, SORTS, TEXT_LENGTH, Hit
from search.suggestions import LIMIT, suggest


class ReadableJson(JSONRenderer):
    """Chinese as it is written, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title=gettext_noop("Solutions marketplace: public read API"),
    version="1.0",
    description=(
        "Published solutions, providers and cases, as the site's own lists show them, the "
        "indicators of the cases as open data, and the estimate of the reward. "
        "No key is needed; nothing can be changed."
    ),
    urls_namespace="api",
    docs_url=None,
    renderer=ReadableJson(),
)
api.add_router("/reward", router)
api.add_router("/indicators", indicator_router)


class ApiFacetValue(Schema):
    label: str
    count: int = Field(description="Results with this value; the facet's own choice is ignored.")
    selected: bool


class Highlights(Schema):
    """HTML, escaped, with <mark> around what was found; an empty body when nothing was."""

    title: str
    summary: str
    body: str


class ApiHit(Schema):
    id: str = Field(description="Stable; not sequential.")
    type: Literal["solution", "provider", "case"]
    title: str
    url: str
    summary: str
    highlights: Highlights
    facts: dict[str, Any] = Field(
        description="What the result's card shows. Amounts of money in 10,000 yuan (万元)."
    )


class ApiExpansion(Schema):
    word: str
    synonyms: list[str]


class ApiIgnored(Schema):
    parameter: str
    value: str
    reason: str


class SearchAnswer(Schema):
    total: int
    page: int
    pages: int
    engine: str
    degraded: bool = Field(
        description="The site's own engine gave no answer in time and another one stepped in: "
        "results and counts are complete, only their order may differ."
    )
    facets: dict[str, dict[str, ApiFacetValue]]
    hits: list[ApiHit]
    expansions: list[ApiExpansion]
    ignored: list[ApiIgnored]


class ApiSuggestion(Schema):
    text: str
    type: Literal["solution", "provider", "case", "scenario", "synonym"]
    url: str


class Suggestions(Schema):
    suggestions: list[ApiSuggestion]


def _kinds_of(key: str) -> str:
    return ", ".join(kind for kind, keys in KIND_FACETS.items() if kind and key in keys)


# One parameter a facet, so that the document lists what the registry holds.
SearchParameters = create_model(
    "SearchParameters",
    __base__=Schema,
    q=(str, Field("", description=f"Text; the first {TEXT_LENGTH} characters are searched.")),
    type=(
        Literal["solution", "provider", "case"] | None,
        Field(None, description="One kind of result; all kinds without it."),
    ),
    sort=(Literal[tuple(SORTS)], Field("relevance")),
    page=(int, Field(1, ge=1, description=f"{PAGE_SIZE} results a page.")),
    **{
        key: (
            list[str],
            Field(
                [],
                description=f"Facet of: {_kinds_of(key)}. Repeat it for “or”.",
                examples=[[code for code, _label in facet.choices]] if facet.choices else None,
            ),
        )
        for key, facet in FACETS.items()
    },
)


class SuggestParameters(Schema):
    q: str = Field(description="What has been typed: Chinese, full pinyin or initials.")


@api.exception_handler(ValidationError)
def explain_bad_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = [
        {"parameter": _parameter(problem["loc"]), "message": problem["msg"]}
        for problem in error.errors
    ]
    return api.create_response(request, {"errors": problems}, status=400)


@api.exception_handler(TooManyFieldsSent)
def explain_too_many(request: HttpRequest, error: TooManyFieldsSent) -> HttpResponse:
    # Reading them again, for a log or the page of a debugger, would fail again.
    request.GET = QueryDict()
    message = _("The address has too many parameters; at most %(number)d can be read.") % {
        "number": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    }
    problem = {"parameter": "", "message": message}
    return api.create_response(request, {"errors": [problem]}, status=400)


def _parameter(location: tuple) -> str:
    """The name of the parameter in the path to a fault, such as ("query", "page")."""
    names = [str(part) for part in location if part in SearchParameters.model_fields or part == "q"]
    return names[0] if names else str(location[-1])


@api.get(
    "/search",
    response={200: SearchAnswer, 400: BadRequest, 404: BadRequest},
    summary="Search with facets",
    url_name="search",
)
def search(
    request: HttpRequest, response: HttpResponse, parameters: Query[SearchParameters]
) -> dict | Status:
    """Within a facet values are “or”, between facets “and”; unknown values are dropped, by name."""
    catalogue = load_catalogue()
    question, _form = read_question(request.GET, parameters.type, catalogue)
    question = replace(question, sort=parameters.sort, page=parameters.page)
    answer = get_engine().ask(question)
    response["X-Search-Engine"] = answer.engine
    if question.page > answer.pages:
        message = _("The result has %(pages)d pages.") % {"pages": answer.pages}
        return Status(404, {"errors": [{"parameter": "page", "message": message}]})
    return {
        "total": answer.total,
        "page": question.page,
        "pages": answer.pages,
        "engine": answer.engine,
        "degraded": answer.degraded,
        "facets": {
            facet.key: {
                option.code: {
                    "label": option.label,
                    "count": option.count,
                    "selected": option.selected,
                }
                for option in options_of(facet, answer, catalogue)
            }
            for facet in facets_of(question.kind)
        },
        "hits": [_hit(hit, catalogue) for hit in answer.hits],
        "expansions": [
            {"word": item.word, "synonyms": list(item.synonyms)} for item in answer.expansions
        ],
        "ignored": [
            {"parameter": item.key, "value": item.value, "reason": item.reason}
            for item in answer.ignored
        ],
    }


def _hit(hit: Hit, catalogue: Catalogue) -> dict:
    entry = hit.entry
    facts = {key: value for key, value in entry.card.items() if key != "picture"}
    labels = {
        key: [catalogue.label(key, code) for code in codes] for key, codes in entry.codes.items()
    }
    return {
        "id": entry.public_id,
        "type": entry.kind,
        "title": entry.title,
        "url": entry.url,
        "summary": entry.summary,
        "highlights": {
            "title": hit.title_html,
            "summary": hit.summary_html,
            "body": hit.excerpt_html,
        },
        "facts": {**facts, "labels": labels},
    }


@api.get(
    "/suggest",
    response={200: Suggestions, 400: BadRequest},
    summary="Suggestions while typing",
    url_name="suggest",
)
def suggestions(request: HttpRequest, parameters: Query[SuggestParameters]) -> dict:
    """Scenarios, synonyms, then titles and providers."""
    return {
        "suggestions": [
            {"text": item.text, "type": item.kind, "url": item.url}
            for item in suggest(parameters.q)[:LIMIT]
        ]
    }
