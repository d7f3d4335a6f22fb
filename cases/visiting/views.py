"""“Ask to visit”: a wish that the service centre arranges; nobody else learns of it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.models import CasePage
from providers.abuse import within_limit
from providers.headers import private
from providers.matching.callbacks import ask_for_call, call_notice
from providers.matching.free_text import refuse_contact_data
from providers.public_forms import OneLineField, PhoneField, TrappedForm

VISITS_AN_HOUR = 10
# What the centre's call list holds in a line.
LINE = 200


class VisitForm(TrappedForm):
    company = OneLineField(
        label=gettext_lazy("Company"),
        max_length=40,
        error_messages={"required": gettext_lazy("Please fill in the company's name.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = PhoneField(label=gettext_lazy("Your phone"))
    week = OneLineField(
        label=gettext_lazy("When would it suit you?"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("For example: a Tuesday or Wednesday in the second half of May."),
        validators=[refuse_contact_data],
    )
    people = forms.IntegerField(
        label=gettext_lazy("How many people?"), min_value=1, max_value=60, initial=2
    )
    notice = forms.BooleanField(
        label=gettext_lazy("Use of your number"),
        error_messages={"required": gettext_lazy("Without this consent nobody can call you.")},
    )


@private
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the centre to arrange a visit to the enterprise of a public case."""
    case = get_object_or_404(CasePage.objects.listed(), slug=slug)
    if request.method != "POST":
        return render_visit(request, VisitForm(), case)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return render_visit(request, form, case, status=422)
    if not within_limit(request, "visit", VISITS_AN_HOUR):
        form.add_error(None, _("Too many tries from this address. Please wait an hour."))
        return render_visit(request, form, case, status=429)
    said = form.cleaned_data
    ask_for_call(phone=said["phone"], sentence=sentence_of(said), page=case)
    return redirect("request_call_asked")


def sentence_of(said: dict) -> str:
    """The wish in the one line that the call list shows beside the case."""
    wish = _("Wants to visit: %(company)s, %(people)s people, %(week)s.") % {
        "company": said["company"],
        "people": said["people"],
        "week": said["week"] or _("any time"),
    }
    return wish[:LINE]


def render_visit(
    request: HttpRequest, form: VisitForm, case: CasePage, status: int = 200
) -> HttpResponse:
    context = {"form": form, "case": case, "notice_text": call_notice()}
    return render(request, "cases/visit.html", context, status=status)
