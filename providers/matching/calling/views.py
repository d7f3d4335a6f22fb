""" "Call me": the small public form, and what it answers."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from providers.abuse import within_limit
from providers.headers import private
from providers.matching.calling.callbacks import ask_for_call, call_notice, called_by
from providers.matching.free_text import refuse_contact_data
from providers.matching.limits import CALLS_AN_HOUR
from providers.public_forms import OneLineField, PhoneField, TrappedForm

# Beyond this no page has a number.
MOST_DIGITS = 9


class CallForm(TrappedForm):
    phone = PhoneField(label=gettext_lazy("Your phone"))
    sentence = OneLineField(
        label=gettext_lazy("What is it about?"),
        required=False,
        max_length=200,
        validators=[refuse_contact_data],
        help_text=gettext_lazy("One sentence is enough, for example: “We want to plan orders.”"),
    )
    notice = forms.BooleanField(
        label=gettext_lazy("Use of your number"),
        error_messages={"required": gettext_lazy("Without this consent nobody can call you.")},
    )


@private
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Ask to be called; ``page`` names the page that it was asked on."""
    page = page_of(request.GET)
    if request.method != "POST":
        return render_call(request, CallForm(), page)
    form = CallForm(request.POST)
    if not form.is_valid():
        return render_call(request, form, page, status=422)
    if not within_limit(request, "call", CALLS_AN_HOUR):
        form.add_error(None, _("Too many tries from this address. Please wait an hour."))
        return render_call(request, form, page, status=429)
    cleaned = form.cleaned_data
    ask_for_call(phone=cleaned["phone"], sentence=cleaned["sentence"], page=page)
    return redirect("request_call_asked")


def page_of(query: QueryDict) -> Page | None:
    """The public page that the address names; none where it names nothing of the kind."""
    number = query.get("page", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        return None
    return Page.objects.live().public().filter(pk=int(number), depth__gt=2).first()


def render_call(
    request: HttpRequest, form: CallForm, page: Page | None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "page_asked": page, "notice_text": call_notice()}
    return render(request, "requests/call.html", context, status=status)


@private
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """When the centre calls; the same for a first and for a repeated wish."""
    return render(request, "requests/call_asked.html", {"day": called_by(timezone.now())})
