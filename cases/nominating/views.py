"""An enterprise nominates its own case, step by step; each answer is kept before it is judged."""

from __future__ import annotations

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.keyed_access import Door
from cases.models import Nomination, NominationFile
from cases.nominating.consent_text import RETENTION_MONTHS, notice_text
from cases.nominating.drafts import (
    DRAFT_LIFETIME,
    MovedOnError,
    TooManyFilesError,
    add_file,
    keep,
    remove_files,
    start_nomination,
)
from cases.nominating.forms import CompanyForm, PictureForm, ProofForm, SendForm
from cases.nominating.limits import DRAFTS_AN_HOUR, SENDINGS_AN_HOUR, UPLOADS_AN_HOUR
from cases.nominating.steps import (
    COMPANY,
    FIGURES,
    FILES,
    FORMS,
    LABELS,
    RESULTS,
    SEND,
    IncompleteError,
    figure_rows,
    first_gap,
    form_of,
    next_step,
    offered_indicators,
    rows_of,
    sections_of,
    step_marks,
    step_url,
    typed_rows,
)
from cases.nominating.submitting import TooFastError, submit_nomination
from catalog.uploads import clean_evidence, clean_picture, evidence_response
from providers.abuse import within_limit
from providers.headers import private
from providers.public_forms import typed

any_visit = require_http_methods(["GET", "HEAD", "POST"])
DOOR = Door("nominations")
Kind = NominationFile.Kind


def own_nomination(request: HttpRequest, reference: str) -> Nomination:
    """The nomination that this browser has opened; 404 for any other."""
    return DOOR.opened_row(request, Nomination.objects.all(), reference)


@private
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What to prepare, how it goes on, and the nominations of this browser."""
    context = {
        "nominations": DOOR.opened_here(request, Nomination.objects.all()),
        "lifetime": DRAFT_LIFETIME.days,
    }
    return render(request, "cases/nominating/start.html", context)


@private
@any_visit
def new(request: HttpRequest) -> HttpResponse:
    """The first step of a new nomination; it exists once something was sent."""
    if request.method != "POST":
        return render_step(request, None, COMPANY, CompanyForm())
    if not within_limit(request, "nominate-draft", DRAFTS_AN_HOUR):
        form = CompanyForm(request.POST)
        return render_step(request, None, COMPANY, form, too_many=True, status=429)
    nomination = start_nomination()
    DOOR.open(request, nomination)
    return take(request, nomination, COMPANY)


@private
@any_visit
def step(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One step of one's own nomination."""
    nomination = own_nomination(request, reference)
    if name not in LABELS:
        raise Http404
    if not nomination.is_editable:
        return too_late(request, reference)
    try:
        if name == FILES:
            return files_step(request, nomination)
        if name == SEND:
            return send_step(request, nomination)
        if request.method == "POST":
            return take(request, nomination, name)
    except MovedOnError:
        return too_late(request, reference)
    is_check = "check" in request.GET
    form = form_of(nomination, name) if is_check else FORMS[name](initial=kept(nomination, name))
    rows = rows_of(nomination) if name == RESULTS else None
    return render_step(request, nomination, name, form, rows=rows, is_check=is_check)


def kept(nomination: Nomination, name: str) -> dict:
    return nomination.answers.get(name, {})


def take(request: HttpRequest, nomination: Nomination, name: str) -> HttpResponse:
    """Keep what was typed; go on where it holds, show what is wrong where not."""
    answers = typed(FORMS[name], request.POST)
    if name == RESULTS:
        answers[FIGURES] = typed_rows(request.POST)
    keep(nomination, name, answers)
    if "later" in request.POST:
        messages.success(request, _("Saved. Keep the private link to go on later."))
        return redirect("nomination_page", nomination.reference)
    form, rows = FORMS[name](request.POST), None
    is_right = form.is_valid()
    if name == RESULTS:
        rows = figure_rows(answers[FIGURES])
        is_right = rows.is_valid() and is_right
        if is_right and not rows.figures():
            form.add_error(None, _("Please give at least one indicator."))
            is_right = False
    if not is_right:
        return render_step(request, nomination, name, form, rows=rows, is_check=True, status=422)
    return redirect(step_url(nomination, next_step(name)))


# -- pictures and proofs ------------------------------------------------------------------------


def files_step(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Pictures and proofs, one after the other."""
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    picture = PictureForm(*data)
    proof = ProofForm(*data, indicators=offered_indicators())
    if request.method != "POST":
        return render_files(request, nomination, picture, proof)
    remove_files(nomination, ticked(request))
    if request.FILES and not within_limit(request, "nominate-upload", UPLOADS_AN_HOUR):
        return render_files(request, nomination, picture, proof, too_many=True, status=429)
    is_right = take_picture(nomination, picture)
    is_right = take_proof(nomination, proof) and is_right
    if not is_right:
        return render_files(request, nomination, picture, proof, status=422)
    going = next_step(FILES) if "next" in request.POST else FILES
    if "later" in request.POST:
        messages.success(request, _("Saved. Keep the private link to go on later."))
        return redirect("nomination_page", nomination.reference)
    return redirect(step_url(nomination, going))


def ticked(request: HttpRequest) -> list[int]:
    """The files ticked for removal, as far as these are numbers at all."""
    found = request.POST.getlist("remove")[:40]
    return [int(text) for text in found if re.fullmatch("[0-9]{1,18}", text)]


def take_picture(nomination: Nomination, form: PictureForm) -> bool:
    """Keep a picture if one was sent; whether nothing is wrong with it."""
    if not form.is_valid():
        return False
    said = form.cleaned_data
    if not said["picture"]:
        return True
    try:
        add_file(
            nomination,
            Kind.PICTURE,
            clean_picture(said["picture"]),
            name=said["shows"],
            people=said["people"],
            screens=said["screens"],
        )
    except ValidationError as error:
        form.add_error("picture", error)
    except TooManyFilesError:
        form.add_error("picture", _("No more files are taken. Please remove one first."))
    else:
        return True
    return False


def take_proof(nomination: Nomination, form: ProofForm) -> bool:
    """Keep a proof if one was sent; whether nothing is wrong with it."""
    if not form.is_valid():
        return False
    said = form.cleaned_data
    if not said["proof"]:
        return True
    try:
        add_file(
            nomination,
            Kind.PROOF,
            clean_evidence(said["proof"]),
            name=said["proves"],
            evidence_kind=said["evidence_kind"],
            indicator=said["indicator"],
        )
    except ValidationError as error:
        form.add_error("proof", error)
    except TooManyFilesError:
        form.add_error("proof", _("No more files are taken. Please remove one first."))
    else:
        return True
    return False


def render_files(
    request: HttpRequest, nomination: Nomination, picture: PictureForm, proof: ProofForm, **how
) -> HttpResponse:
    files = list(nomination.files.select_related("indicator"))
    return render_step(
        request,
        nomination,
        FILES,
        picture,
        proof=proof,
        pictures=[file for file in files if file.kind == Kind.PICTURE],
        proofs=[file for file in files if file.kind == Kind.PROOF],
        **how,
    )


@private
@require_safe
def download(request: HttpRequest, reference: str, pk: str) -> HttpResponse:
    """One of the nomination's own files; 404 for any other, existing or not."""
    file = get_object_or_404(own_nomination(request, reference).files, pk=int(pk))
    return evidence_response(file.file, file.name)


# -- sending ------------------------------------------------------------------------------------


def send_step(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """All that was said, whom the office may ask, and the sending."""
    if gap := first_gap(nomination):
        return redirect(f"{step_url(nomination, gap)}?check=1")
    if request.method != "POST":
        return render_send(request, nomination, SendForm(initial=contact_of(nomination)))
    answers = {
        name: request.POST.get(name, "")[:200] for name in ("contact_name", "phone", "email")
    }
    keep(nomination, SEND, answers)
    form = SendForm(request.POST)
    if not form.is_valid():
        return render_send(request, nomination, form, status=422)
    if not within_limit(request, "nominate-send", SENDINGS_AN_HOUR):
        return render_send(request, nomination, form, too_many=True, status=429)
    try:
        submit_nomination(nomination, form.cleaned_data)
    except IncompleteError as gap:
        return redirect(f"{step_url(nomination, gap.step)}?check=1")
    except TooFastError:
        form.add_error(None, _("That was very quick. Please check your answers and send again."))
        return render_send(request, nomination, form, status=422)
    messages.success(request, _("The nomination has been sent."))
    return redirect("nomination_page", nomination.reference)


def contact_of(nomination: Nomination) -> dict:
    """The contact as typed last; a nomination made of a request begins with its contact."""
    if kept_before := kept(nomination, SEND):
        return kept_before
    own = nomination.request
    if own is None:
        return {}
    return {"contact_name": own.contact_name, "phone": own.phone, "email": own.email}


def render_send(request: HttpRequest, nomination: Nomination, form, **how) -> HttpResponse:
    return render_step(
        request,
        nomination,
        SEND,
        form,
        sections=sections_of(nomination),
        files=nomination.files.all(),
        notice_text=notice_text(),
        retention_months=RETENTION_MONTHS,
        **how,
    )


# -- frame --------------------------------------------------------------------------------------


def too_late(request: HttpRequest, reference: str) -> HttpResponse:
    messages.error(request, _("The nomination has moved on; this is no longer possible."))
    return redirect("nomination_page", reference)


def render_step(
    request: HttpRequest,
    nomination: Nomination | None,
    name: str,
    form,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    context = {
        "form": form,
        "nomination": nomination,
        "steps": step_marks(name, nomination),
        "lifetime": DRAFT_LIFETIME.days,
        **more,
    }
    return render(request, f"cases/nominating/{name}.html", context, status=status)
