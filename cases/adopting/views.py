"""On the page of a request: whether its enterprise is named beside the case that it repeated."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.adopting.naming import agree_to_be_named, entry_of, naming_text, take_name_back
from cases.models import Adoption
from providers.headers import private
from providers.matching.keys import access
from providers.matching.own_page.frame import SHOWN, deed_page


class NamingForm(forms.Form):
    """The one sentence that is agreed to."""

    consent = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Without this consent your company is not named.")
        },
    )

    def __init__(self, *args, entry: Adoption, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = naming_text(entry)


@private
@require_http_methods(SHOWN)
def naming(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree to be named, or take that back; only in a browser that has opened the request."""
    own = access.opened_request(request, reference)
    entry = entry_of(own)
    if entry is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    if entry.shown_name:
        return deed_page(
            request,
            own,
            forms.Form(data),
            take_name_back,
            told=_("Your company is no longer named."),
            title=_("No longer be named"),
            submit=_("Withdraw the consent"),
            sentences=[
                _("Your company's name leaves the page of “%(case)s” at once.")
                % {"case": entry.case.title},
                _("That somebody has done the same stays counted, without a name."),
            ],
        )
    return deed_page(
        request,
        own,
        NamingForm(data, entry=entry),
        agree_to_be_named,
        told=_("Your company is named beside the case. You can withdraw this here at any time."),
        title=_("May we name your company?"),
        submit=_("Let us be named"),
        sentences=[
            _("On the page of “%(case)s” stands: %(company)s has done the same.")
            % {"case": entry.case.title, "company": own.company},
            _("Nothing else of your request is shown: no price, no contact, no figures."),
        ],
        is_open=not own.erased_at,
    )
