"""The form for an objection, at the notice's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.models import CaseRules, NoticePage, NoticeState
from cases.notices.consent import consent_text
from cases.notices.filing import AlreadyFiled, PeriodOver, TooManyFiled, file_objection
from cases.notices.forms import ObjectionForm
from cases.notices.limits import OBJECTIONS_AN_HOUR
from providers.abuse import within_limit
from providers.headers import private

CONFLICT = 409


@private
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, notice: NoticePage) -> HttpResponse:
    """Say what may be objected to, and take an objection on a POST; only while it is open."""
    if request.method != "POST":
        form = ObjectionForm(notice=notice) if notice.is_open() else None
        return render_form(request, notice, form)
    form = ObjectionForm(request.POST, request.FILES, notice=notice)
    if not notice.is_open():
        # What was typed stays to be read and copied.
        form.is_valid()
        return render_form(request, notice, form, status=CONFLICT)
    if not form.is_valid():
        return render_form(request, notice, form, status=422)
    if not within_limit(request, "objection", OBJECTIONS_AN_HOUR):
        form.add_error(None, _("Too many tries from this address. Please wait an hour."))
        return render_form(request, notice, form, status=429)
    return take(request, notice, form)


def take(request: HttpRequest, notice: NoticePage, form: ObjectionForm) -> HttpResponse:
    """File what a valid form says, or say why it cannot be."""
    if not request.session.session_key:
        request.session.create()
    typed = form.cleaned_data
    try:
        filed = file_objection(
            notice,
            session=request.session.session_key,
            **{
                name: typed[name] for name in ("subject", "text", "name", "phone", "email", "files")
            },
        )
    except PeriodOver:
        return render_form(request, notice, form, status=CONFLICT)
    except AlreadyFiled:
        form.add_error(
            None,
            _(
                "You have filed this objection already. Its link and access code show how it "
                "stands; the office helps where they are lost."
            ),
        )
    except TooManyFiled:
        form.add_error(
            None,
            _("You have filed as many objections to this notice as the form takes. Please call."),
        )
    else:
        return redirect("objection_done", filed.reference)
    return render_form(request, notice, form, status=422)


def render_form(
    request: HttpRequest, notice: NoticePage, form: ObjectionForm | None, status: int = 200
) -> HttpResponse:
    """The form, or why there is none now; ``form`` may hold what came too late."""
    is_open = notice.is_open()
    context = {
        "page": notice,
        "form": form,
        "is_open": is_open,
        "why_closed": "" if is_open else why_closed(notice),
        "consent_text": consent_text(CaseRules.current()),
        "months": CaseRules.current().objector_months,
    }
    return render(request, "cases/notices/object.html", context, status=status)


def why_closed(notice: NoticePage) -> str:
    """Why no objection is taken now, as a sentence."""
    state = notice.state()
    if state == NoticeState.SCHEDULED:
        return _("The notice has not opened yet; objections are taken from its first day on.")
    if state == NoticeState.WITHDRAWN:
        return _("The notice was withdrawn, so that nothing is left to object to.")
    return _(
        "The notice period is over: it ended with the last second of its last day, Beijing time. "
        "Objections are no longer taken here."
    )
