"""The enterprise ends the choice: one provider, none, or no request any more; or undoes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from providers.acts import posted
from providers.headers import private
from providers.matching.answering.quoting import QuoteChangedError
from providers.matching.choosing.deciding import (
    BREAKABLE,
    CANCELLABLE,
    LIVE,
    ConsentNeededError,
    cancel_request,
    choose_provider,
    fall_through,
    hindrance,
    none_suitable,
    quote_of,
)
from providers.matching.choosing.forms import (
    CancelForm,
    ChooseForm,
    FallForm,
    NoneSuitableForm,
)
from providers.matching.keys import access
from providers.matching.models import (
    Invitation,
    InvitationState,
    MatchingTerms,
    MatchRequest,
    RequestState,
    Side,
)
from providers.matching.own_page.frame import SHOWN, deed_page, too_late


class ReadAgainError(Exception):
    """The quote has changed: its page is shown anew, where the request itself has not moved on."""


@private
@require_http_methods(SHOWN)
def choose(request: HttpRequest, reference: str, invitation: str) -> HttpResponse:
    """Say what a choice brings with it; a POST chooses."""
    own = access.opened_request(request, reference)
    asked = get_object_or_404(
        own.invitations.select_related("provider").with_consent(), public_id=invitation
    )
    standing = own.active_choice
    if standing and standing.invitation_id == asked.pk and not own.is_over():
        # The second click of a double one.
        return redirect("request_page", own.reference)
    is_open = own.state() == RequestState.SENT
    if not is_open or hindrance(asked, is_shown=asked.provider.is_shown()):
        return too_late(request, own)
    form = ChooseForm(
        **posted(request),
        provider=asked.provider,
        needs_consent=not asked.has_consent,
        quote=quote_of(asked),
    )

    def deed(row: MatchRequest) -> None:
        cleaned = form.cleaned_data
        try:
            choose_provider(
                row,
                asked,
                reason=cleaned["reason"],
                consents=bool(cleaned.get("consent")),
                seen=cleaned["version"] or 0,
            )
        except QuoteChangedError as error:
            raise ReadAgainError from error

    try:
        return deed_page(
            request,
            own,
            form,
            deed,
            told=_("You have chosen %(provider)s.") % {"provider": asked.provider.title},
            title=_("Choose %(provider)s?") % {"provider": asked.provider.title},
            submit=_("Choose this provider"),
            sentences=what_follows(own, asked),
            quote=quote_of(asked),
        )
    except ReadAgainError:
        messages.error(request, _("The quote has changed; please read it again."))
        return redirect("request_choose", own.reference, asked.public_id)
    except ConsentNeededError:
        # The consent was withdrawn while this page was open: it is asked for anew.
        return redirect("request_choose", own.reference, asked.public_id)


def what_follows(own: MatchRequest, asked: Invitation) -> list[str]:
    """What a choice does, as sentences."""
    days = MatchingTerms.current().confirm_days
    others = sum(row != asked and row.state() in LIVE for row in own.invitations.all())
    sentences = [
        _("%(provider)s sees who you are and gets in touch with you.")
        % {"provider": asked.provider.title},
        ngettext(
            "It confirms the contract within %(days)s working day, or says that nothing comes of "
            "it.",
            "It confirms the contract within %(days)s working days, or says that nothing comes of "
            "it.",
            days,
        )
        % {"days": days},
        _("If nothing comes of it, the request is open again and you can choose another one."),
    ]
    if others:
        told = ngettext(
            "%(count)s other provider is told that another one was chosen, and not which; it no "
            "longer sees who you are.",
            "%(count)s other providers are told that another one was chosen, and not which; they "
            "no longer see who you are.",
            others,
        )
        sentences.insert(2, told % {"count": others})
    return sentences


@private
@require_http_methods(SHOWN)
def none(request: HttpRequest, reference: str) -> HttpResponse:
    """End the request since no reply suits."""
    own = access.opened_request(request, reference)
    form = NoneSuitableForm(**posted(request))
    return deed_page(
        request,
        own,
        form,
        lambda row: none_suitable(row, **form.cleaned_data),
        told=_("The request has ended: no reply was suitable."),
        title=_("No reply is suitable?"),
        submit=_("End the request"),
        is_open=own.state() == RequestState.SENT and has_replies(own),
        is_grave=True,
        sentences=[
            _("The request ends. The providers are told, and none sees who you are any more."),
            _("This cannot be undone. You can also ask further providers instead."),
        ],
    )


def has_replies(own: MatchRequest) -> bool:
    """Whether there is an offer that could be found unsuitable."""
    replied = (InvitationState.INTERESTED, InvitationState.QUOTED)
    return any(row.state() in replied for row in own.invitations.all())


@private
@require_http_methods(SHOWN)
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """End a sent request for a reason."""
    own = access.opened_request(request, reference)
    form = CancelForm(**posted(request))
    return deed_page(
        request,
        own,
        form,
        lambda row: cancel_request(row, **form.cleaned_data),
        told=_("The request is cancelled."),
        title=_("Cancel this request?"),
        submit=_("Cancel the request"),
        is_open=own.state() in CANCELLABLE,
        is_grave=True,
        sentences=[
            _("The providers are told, and none of them sees who you are any more."),
            _("This cannot be undone."),
        ],
    )


@private
@require_http_methods(SHOWN)
def fall(request: HttpRequest, reference: str, invitation: str) -> HttpResponse:
    """Let the choice fall through; the request is open again."""
    own = access.opened_request(request, reference)
    made = own.choices.filter(invitation__public_id=invitation)
    choice = made.select_related("invitation__provider").last()
    if choice is None:
        raise Http404
    form = FallForm(**posted(request))
    provider = {"provider": choice.invitation.provider.title}
    return deed_page(
        request,
        own,
        form,
        lambda _row: fall_through(choice, side=Side.ENTERPRISE, **form.cleaned_data),
        told=_("The choice has fallen through. The request is open again."),
        title=_("Let the choice of %(provider)s fall through?") % provider,
        submit=_("Let the choice fall through"),
        is_open=choice.fell_through_at is None and own.state() in BREAKABLE,
        is_grave=True,
        sentences=[
            _("%(provider)s is told, without your words. Its reply stays below.") % provider,
            _("The request is open again; those who had answered are told so."),
            _("To take your contact data back from it, withdraw the consent for it afterwards."),
        ],
    )
