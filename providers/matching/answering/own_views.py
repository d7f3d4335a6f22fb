"""What providers have sent to the enterprise: the files of a quote, and questions to answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.uploads import evidence_response
from providers.acts import posted
from providers.headers import private
from providers.matching.answering.questions import answer_question
from providers.matching.choosing.forms import AnswerForm
from providers.matching.keys import access
from providers.matching.models import MatchRequest, Question, Quote, RequestState
from providers.matching.own_page.frame import SHOWN, deed_page


@private
@require_safe
def quote_file(request: HttpRequest, reference: str, invitation: str, number: str) -> HttpResponse:
    """One file of a quote; held back with its price, which stands in such files as well."""
    own = access.opened_request(request, reference)
    quote = get_object_or_404(
        Quote.objects.select_related("invitation__request"),
        invitation__request=own,
        invitation__public_id=invitation,
    )
    if not quote.shows_price():
        raise Http404
    files = list(quote.files.all())
    place = int(number)
    if not 1 <= place <= len(files):
        raise Http404
    return evidence_response(files[place - 1].file, files[place - 1].name)


def questions_of(own: MatchRequest) -> list[dict]:
    """What providers have asked, each with its number in the request; who asked is not told."""
    rows = Question.objects.filter(invitation__request=own).order_by("asked_at", "pk")
    return [{"number": number, "question": row} for number, row in enumerate(rows, start=1)]


@private
@require_http_methods(SHOWN)
def answer(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Answer one question, for all providers asked."""
    own = access.opened_request(request, reference)
    rows = {row["number"]: row["question"] for row in questions_of(own)}
    question = rows.get(int(number))
    if question is None:
        raise Http404
    form = AnswerForm(**posted(request), need=own)
    return deed_page(
        request,
        own,
        form,
        lambda row: answer_question(row, question, text=form.cleaned_data["text"]),
        told=_("Your answer is there for all providers asked."),
        title=_("Answer a question"),
        submit=_("Answer"),
        is_open=own.state() == RequestState.SENT and question.answered_at is None,
        question=question,
    )
