"""The application form in its four steps. Each answer is stored before it is judged."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from providers.abuse import within_limit
from providers.headers import private
from providers.joining import access
from providers.joining.drafts import (
    DRAFT_LIFETIME,
    MAX_CERTIFICATES,
    MovedOnError,
    keep,
    start_application,
)
from providers.joining.forms import CompanyForm, OfferForm, SendForm
from providers.joining.limits import CODES_AN_HOUR, DRAFTS_AN_HOUR, SUBMISSIONS_AN_HOUR
from providers.joining.retention import RETENTION_MONTHS
from providers.joining.steps import (
    COMPANY,
    CONTACT,
    FILES,
    OFFER,
    IncompleteError,
    cleaned_answers,
    headcount_of,
    next_step,
    step_marks,
    step_url,
)
from providers.joining.submission import (
    CodeKnownError,
    TooFastError,
    is_code_known,
    submit_application,
)
from providers.joining.summary import answer_sections, last_message
from providers.joining.undertakings import supervision_text, truthfulness_text
from providers.models import Application
from providers.public_forms import typed

any_visit = require_http_methods(["GET", "HEAD", "POST"])
# Ticks, signature, trap and version are given anew at each sending.
KEPT_CONTACT = ("contact_name", "phone", "email")


@private
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What to prepare, how it goes on, and the applications of this browser."""
    context = {"applications": access.opened_here(request), "lifetime": DRAFT_LIFETIME.days}
    return render(request, "joining/start.html", context)


@private
@any_visit
def new(request: HttpRequest) -> HttpResponse:
    """The first step of a new application; it exists once something was sent."""
    if request.method != "POST":
        return render_step(request, None, COMPANY, CompanyForm())
    if not within_limit(request, "join-draft", DRAFTS_AN_HOUR):
        form = CompanyForm(request.POST)
        return render_step(request, None, COMPANY, form, too_many=True, status=429)
    application = start_application()
    access.remember(request, application)
    return take_company(request, application)


@private
@any_visit
def company(request: HttpRequest, reference: str) -> HttpResponse:
    application = editable(request, reference)
    if application is None:
        return to_status(request, reference)
    if request.method == "POST":
        return take_company(request, application)
    form = shown(CompanyForm, request, application.answers.get(COMPANY, {}))
    return render_step(request, application, COMPANY, form)


def take_company(request: HttpRequest, application: Application) -> HttpResponse:
    if not kept(request, application, COMPANY, typed(CompanyForm, request.POST)):
        return to_status(request, application.reference)
    form = CompanyForm(request.POST)
    if form.is_valid() and is_refused(request, application, form.cleaned_data["uscc"]):
        form.add_error("uscc", code_known_words())
    if form.is_valid() and (warning := form.warning()):
        messages.warning(request, warning)
    return onward(request, application, COMPANY, form)


def is_refused(request: HttpRequest, application: Application, uscc: str) -> bool:
    """Whether the code is known already. Few look-ups an hour, so that nobody reads lists out.

    Beyond them the code is looked up when the application is sent, and then in any case.
    """
    if not within_limit(request, "join-code", CODES_AN_HOUR):
        return False
    return is_code_known(uscc, own=application.pk)


def code_known_words() -> str:
    """The same sentence for a provider and for an applicant: a stranger learns no more."""
    return _("This organisation is registered or has applied already. Please contact the office.")


@private
@any_visit
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    application = editable(request, reference)
    if application is None:
        return to_status(request, reference)
    headcount = headcount_of(application)
    if request.method != "POST":
        answers = application.answers.get(OFFER, {})
        form = shown(OfferForm, request, answers, headcount=headcount)
        return render_step(request, application, OFFER, form)
    if not kept(request, application, OFFER, typed(OfferForm, request.POST)):
        return to_status(request, reference)
    form = OfferForm(request.POST, headcount=headcount)
    return onward(request, application, OFFER, form)


@private
@any_visit
def contact(request: HttpRequest, reference: str) -> HttpResponse:
    """Whom to talk to, and the undertakings; then it is sent."""
    application = editable(request, reference)
    if application is None:
        return to_status(request, reference)
    if request.method != "POST":
        form = SendForm(initial=application.answers.get(CONTACT, {}))
        if incomplete := first_gap(application):
            return redirect(f"{step_url(application, incomplete)}?check=1")
        return render_step(request, application, CONTACT, form)
    answers = typed(SendForm, request.POST)
    answers = {name: answers[name] for name in KEPT_CONTACT}
    if not kept(request, application, CONTACT, answers):
        return to_status(request, reference)
    if "later" in request.POST:
        return saved_for_later(request, application)
    form = SendForm(request.POST)
    if not form.is_valid():
        return render_step(request, application, CONTACT, form, status=422)
    return send(request, application, form)


def first_gap(application: Application) -> str:
    """The first step before the last that does not hold; empty where all do."""
    try:
        cleaned_answers(application, COMPANY, OFFER, FILES)
    except IncompleteError as gap:
        return gap.step
    return ""


def send(request: HttpRequest, application: Application, form: SendForm) -> HttpResponse:
    """Hand it to the office; whatever stands against it is said on the form."""
    if not within_limit(request, "join-submit", SUBMISSIONS_AN_HOUR):
        return render_step(request, application, CONTACT, form, too_many=True, status=429)
    try:
        submit_application(application, form.cleaned_data)
    except IncompleteError as gap:
        return redirect(f"{step_url(application, gap.step)}?check=1")
    except MovedOnError:
        return to_status(request, application.reference)
    except TooFastError:
        form.add_error(None, _("That was very quick. Please check your answers and send again."))
        return render_step(request, application, CONTACT, form, status=422)
    except CodeKnownError:
        form.add_error(None, code_known_words())
        return render_step(request, application, CONTACT, form, status=409)
    messages.success(request, _("The application has been sent."))
    return redirect("join_page", application.reference)


# -- what the steps share -----------------------------------------------------------------------


def editable(request: HttpRequest, reference: str) -> Application | None:
    """The application while the applicant may change it; none when it has moved on."""
    application = access.opened_application(request, reference)
    return application if application.is_editable() else None


def to_status(request: HttpRequest, reference: str) -> HttpResponse:
    messages.error(request, _("The application can no longer be changed here."))
    return redirect("join_page", reference)


def kept(request: HttpRequest, application: Application, step: str, answers: dict) -> bool:
    """Store the answers; False where the application has moved on."""
    try:
        keep(application, step, answers)
    except MovedOnError:
        return False
    return True


def shown(form_class, request: HttpRequest, answers: dict, **kwargs):
    """A step's form with what was typed; with its errors where a later step asked for that."""
    if "check" in request.GET and answers:
        return form_class(answers, **kwargs)
    return form_class(initial=answers, **kwargs)


def onward(request: HttpRequest, application: Application, step: str, form) -> HttpResponse:
    """To the next step, or to the status page, or back to what is wrong."""
    if "later" in request.POST:
        return saved_for_later(request, application)
    if not form.is_valid():
        return render_step(request, application, step, form, status=422)
    return redirect(step_url(application, next_step(step)))


def saved_for_later(request: HttpRequest, application: Application) -> HttpResponse:
    messages.success(request, _("Saved. Keep the private link to go on later."))
    return redirect("join_page", application.reference)


def render_step(
    request: HttpRequest,
    application: Application | None,
    step: str,
    form,
    *,
    too_many: bool = False,
    status: int = 200,
    **more,
) -> HttpResponse:
    context = {
        "form": form,
        "application": application,
        "steps": step_marks(step, application),
        "too_many": too_many,
        "said": last_message(application) if application else "",
        "max_certificates": MAX_CERTIFICATES,
        "lifetime": DRAFT_LIFETIME.days,
        **more,
    }
    if step == CONTACT:
        context |= {
            "retention_months": RETENTION_MONTHS,
            "truthfulness_text": truthfulness_text(),
            "supervision_text": supervision_text(),
            "sections": [row for row in answer_sections(application) if row.step != CONTACT],
            "files": application.files.select_related("type"),
        }
    return render(request, f"joining/{step}.html", context, status=status)
