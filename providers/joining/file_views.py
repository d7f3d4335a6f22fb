"""The step of the licence and the certificates, and handing an applicant its own files."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.uploads import clean_evidence, evidence_response
from providers.abuse import within_limit
from providers.headers import private
from providers.joining import access
from providers.joining.drafts import (
    MAX_CERTIFICATES,
    MovedOnError,
    TooManyFilesError,
    add_file,
    keep,
    remove_file,
)
from providers.joining.forms import FilesForm
from providers.joining.limits import UPLOADS_AN_HOUR
from providers.joining.steps import FILES, has_licence, next_step, step_url
from providers.joining.views import (
    any_visit,
    editable,
    render_step,
    saved_for_later,
    to_status,
)
from providers.models import Application, ApplicationFile
from providers.public_forms import typed

Kind = ApplicationFile.Kind


@private
@any_visit
def files(request: HttpRequest, reference: str) -> HttpResponse:
    """The licence, and certificates one after the other."""
    application = editable(request, reference)
    if application is None:
        return to_status(request, reference)
    if request.method != "POST":
        form = FilesForm(initial=application.answers.get(FILES, {}))
        if "check" in request.GET and not has_licence(application):
            form = FilesForm(application.answers.get(FILES, {}))
            form.add_error("licence", missing_licence())
        return render_files(request, application, form)
    try:
        return take_files(request, application)
    except MovedOnError:
        return to_status(request, reference)


def take_files(request: HttpRequest, application: Application) -> HttpResponse:
    """Keep what was typed and sent; what is wrong is shown and takes nothing else with it."""
    keep(application, FILES, typed(FilesForm, request.POST))
    for file in application.files.filter(pk__in=chosen_numbers(request)):
        remove_file(application, file)
    form = FilesForm(request.POST, request.FILES)
    form.is_valid()
    if request.FILES and not within_limit(request, "join-upload", UPLOADS_AN_HOUR):
        return render_files(request, application, form, too_many=True, status=429)
    take_licence(application, form)
    if take_certificate(application, form):
        keep(application, FILES, {})
        form = without_certificate(form)
    elif "add" in request.POST and not form.errors:
        form.add_error("certificate", _("Choose the file of this certificate."))
    if "later" in request.POST and not form.errors:
        return saved_for_later(request, application)
    if "next" in request.POST and not has_licence(application) and "licence" not in form.errors:
        form.add_error("licence", missing_licence())
    if form.errors:
        return render_files(request, application, form, status=422)
    going = next_step(FILES) if "next" in request.POST else FILES
    return redirect(step_url(application, going))


def without_certificate(form: FilesForm) -> FilesForm:
    """The form after its certificate was taken: ready for another one, the rest as it was."""
    fresh = FilesForm({})
    for error in form.errors.get("licence", []):
        fresh.add_error("licence", error)
    return fresh


def chosen_numbers(request: HttpRequest) -> list[int]:
    """The files ticked for removal, as far as these are numbers at all."""
    ticked = request.POST.getlist("remove")[: MAX_CERTIFICATES + 1]
    return [int(text) for text in ticked if re.fullmatch("[0-9]{1,18}", text)]


def take_licence(application: Application, form: FilesForm) -> None:
    """Keep the licence if one was sent; a wrong file leaves the old one and says why."""
    upload = form.cleaned_data.get("licence")
    if not upload:
        return
    try:
        add_file(application, Kind.LICENCE, clean_evidence(upload), name=upload.name)
    except ValidationError as error:
        form.add_error("licence", error)


def take_certificate(application: Application, form: FilesForm) -> bool:
    """Keep a certificate that is described rightly; whether one was taken."""
    upload = form.cleaned_data.get("certificate")
    if not upload or any(name in form.errors for name in FilesForm.DESCRIPTION):
        return False
    described = {name: form.cleaned_data[name] for name in FilesForm.DESCRIPTION}
    try:
        add_file(
            application,
            Kind.QUALIFICATION,
            clean_evidence(upload),
            name=upload.name,
            described=described,
        )
    except ValidationError as error:
        form.add_error("certificate", error)
    except TooManyFilesError:
        form.add_error(
            "certificate",
            _("No more than %(most)s certificates are taken. Please remove one first.")
            % {"most": MAX_CERTIFICATES},
        )
    else:
        return True
    return False


def missing_licence() -> str:
    return _("Please send the business licence.")


def render_files(
    request: HttpRequest, application: Application, form: FilesForm, **how
) -> HttpResponse:
    present = application.files.select_related("type")
    return render_step(
        request,
        application,
        FILES,
        form,
        licences=[file for file in present if file.kind == Kind.LICENCE],
        certificates=[file for file in present if file.kind == Kind.QUALIFICATION],
        **how,
    )


@private
@require_safe
def download(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One of the applicant's own files; 404 for any other, existing or not."""
    application = access.opened_application(request, reference)
    file = get_object_or_404(application.files, pk=pk)
    return evidence_response(file.file, file.name)
