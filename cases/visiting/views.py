"""“Ask to visit”: a wish that the service centre arranges; nobody else learns of it."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.models import CasePage
from providers.abuse import within_limit
from providers.headers import private
from providers.matching.calling.callbacks import ask_for_visit, called_by, visit_notice
from providers.matching.free_text import refuse_contact_data_beside_own
from providers.public_forms import OneLineField, PhoneField, TrappedForm

VISITS_AN_HOUR = 10
# The weeks that can be wished, from the next one on.
WEEKS = 12
MOST_PEOPLE = 60
WEEK = timedelta(days=7)
FRIDAY = timedelta(days=4)


def weeks_ahead(today: date) -> list[date]:
    """The Mondays of the coming weeks."""
    next_monday = today - timedelta(days=today.weekday()) + WEEK
    return [next_monday + WEEK * number for number in range(WEEKS)]


def week_words(monday: date) -> str:
    """A working week, such as “2026-12-07 to 12-11”."""
    friday = monday + FRIDAY
    return _("%(first)s to %(last)s") % {
        "first": f"{monday:%Y-%m-%d}",
        "last": f"{friday:%m-%d}" if friday.year == monday.year else f"{friday:%Y-%m-%d}",
    }


class VisitForm(TrappedForm):
    company = OneLineField(
        label=gettext_lazy("Company"),
        min_length=2,
        max_length=120,
        validators=[refuse_contact_data_beside_own],
        error_messages={"required": gettext_lazy("Please fill in the company's name.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = PhoneField(label=gettext_lazy("Your phone"))
    week = forms.TypedChoiceField(
        label=gettext_lazy("Week that would suit you"),
        coerce=date.fromisoformat,
        widget=forms.Select(attrs={"class": "short"}),
        help_text=gettext_lazy("Monday to Friday; the centre agrees on the day by phone."),
        error_messages={
            "required": gettext_lazy("Please choose a week."),
            "invalid_choice": gettext_lazy("Please choose one of the weeks in the list."),
        },
    )
    people = forms.IntegerField(
        label=gettext_lazy("How many people?"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=2,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages={"required": gettext_lazy("Please say how many people would come.")},
    )
    notice = forms.BooleanField(
        label=gettext_lazy("Use of your number"),
        error_messages={"required": gettext_lazy("Without this consent nobody can call you.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        mondays = weeks_ahead(timezone.localdate())
        weeks = [(monday.isoformat(), week_words(monday)) for monday in mondays]
        self.fields["week"].choices = [("", _("Please choose")), *weeks]


@private
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the centre to arrange a visit to the enterprise of a public case that is named."""
    case = get_object_or_404(CasePage.objects.listed(), slug=slug)
    if case.is_anonymous:
        # Whoever visits it knows who it is.
        raise Http404
    if request.method != "POST":
        return render_visit(request, VisitForm(), case)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return render_visit(request, form, case, status=422)
    if not within_limit(request, "visit", VISITS_AN_HOUR):
        form.add_error(None, _("Too many tries from this address. Please wait an hour."))
        return render_visit(request, form, case, status=429)
    said = form.cleaned_data
    ask_for_visit(
        phone=said["phone"],
        company=said["company"],
        week_of=said["week"],
        people=said["people"],
        page=case,
    )
    return redirect("case_visit_asked")


def render_visit(
    request: HttpRequest, form: VisitForm, case: CasePage, status: int = 200
) -> HttpResponse:
    context = {"form": form, "case": case, "notice_text": visit_notice()}
    return render(request, "cases/visit.html", context, status=status)


@private
@require_http_methods(["GET", "HEAD"])
def asked(request: HttpRequest) -> HttpResponse:
    """What happens next; the same for a first and for a repeated wish."""
    return render(request, "cases/visit_asked.html", {"day": called_by(timezone.now())})
