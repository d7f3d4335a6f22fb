"""The language that the visitor chose, and addresses that cannot be read."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers


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
    """Answer 400 in words where Django or the database refuses to read what was sent.

    Django reads only so many parameters, and PostgreSQL takes no NUL, not even to look for it. The
    site's own views drop a NUL or find nothing by it; Wagtail's hand it on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        too_many = isinstance(exception, TooManyFieldsSent)
        if not too_many and not (isinstance(exception, DataError) and _holds_nul(request)):
            return None
        # Templates and Django's own debug page read the parameters too, and would fail again.
        request.GET = QueryDict()
        return render(request, "pages/unreadable.html", {"too_many": too_many}, status=400)


def _holds_nul(request: HttpRequest) -> bool:
    """Whether a NUL stands in a parameter of the address or in the form that was sent."""
    sent = [*request.GET.lists(), *request.POST.lists()]
    return any("\x00" in text for name, values in sent for text in (name, *values))
