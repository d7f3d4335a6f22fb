"""The language that the visitor chose, and addresses that cannot be read."""

import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

logger = logging.getLogger(__name__)

# Wagtail's own views that take for granted what its own scripts send. They only read, or keep what
# the reader has closed, so that an error in them is the sender's.
TRUSTING_VIEWS = frozenset(
    {
        "wagtailadmin_dismissibles",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
        "wagtailadmin_reports:site_history",
        "wagtailadmin_reports:site_history_results",
    }
)
BULK_ACTION = "wagtail_bulk_action"
# Of every chooser: pictures, documents, each vocabulary.
CHOSEN_MULTIPLE = "chosen_multiple"
# A NUL, or more digits than the smallest column for numbers holds.
UNHOLDABLE = re.compile(r"\x00|[0-9]{10}")
GARBLED = (ValueError, TypeError, AttributeError, OverflowError)


class ChosenLanguageMiddleware:
    """Answer in Chinese unless the visitor chose another language here.

    Django's own LocaleMiddleware would follow the browser's setting, and many office machines in
    the county carry an English browser; the interface language is the visitor's explicit choice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


class ReadableParametersMiddleware:
    """Answer 400 in words where Django, Wagtail or the database cannot read what was sent.

    Django reads only so many parameters; PostgreSQL takes no NUL, not even to look for it, and no
    database a number of thirty digits. The site's own views find nothing by them; Wagtail's hand
    them on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        too_many = isinstance(exception, TooManyFieldsSent)
        refused = isinstance(exception, DataError | OverflowError) and _is_beyond(request)
        if not (too_many or refused or _is_garbled(request, exception)):
            return None
        # Templates and Django's own debug page read the parameters too, and would fail again.
        request.GET = QueryDict()
        return render(request, "pages/unreadable.html", {"too_many": too_many}, status=400)


def _is_garbled(request: HttpRequest, exception: Exception) -> bool:
    """Whether one of Wagtail's trusting views stumbled over what was sent."""
    match = request.resolver_match
    if match is None or not isinstance(exception, GARBLED):
        return False
    if match.view_name == BULK_ACTION:
        # It acts: only a mark that is no number is the sender's.
        trusts = any(not mark.isdecimal() or not mark.isascii() for mark in _marked(request))
    else:
        trusts = match.view_name in TRUSTING_VIEWS or match.url_name == CHOSEN_MULTIPLE
    if not trusts:
        return False
    logger.warning("%s cannot read what was sent: %s", match.view_name, type(exception).__name__)
    return True


def _marked(request: HttpRequest) -> list[str]:
    """What a bulk action is asked to act on."""
    return [*request.GET.getlist("id"), *request.GET.getlist("childOf")]


def _is_beyond(request: HttpRequest) -> bool:
    """Whether something was sent that a database cannot hold: a NUL, or too large a number."""
    sent = [*request.GET.lists(), *request.POST.lists()]
    return any(UNHOLDABLE.search(text) for name, values in sent for text in (name, *values))
