"""What happened to a request, by whom and when; the texts stand in the rows that it happened to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.matching.models.replies import Invitation
from providers.matching.models.requests import MatchRequest
from providers.matching.models.sides import Side


class EventKind(models.TextChoices):
    SUBMITTED = "submitted", _("submitted")
    REOPENED = "reopened", _("taken back into editing")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("request withdrawn")
    CANCELLED = "cancelled", _("request cancelled")
    NONE_SUITABLE = "none_suitable", _("no reply was suitable")
    INVITED = "invited", _("provider asked")
    INTERESTED = "interested", _("provider interested")
    DECLINED = "declined", _("provider declined")
    QUOTED = "quoted", _("quote sent")
    QUOTE_CHANGED = "quote_changed", _("quote changed")
    REPLY_WITHDRAWN = "reply_withdrawn", _("provider withdrew its reply")
    QUESTION_ASKED = "question_asked", _("question asked")
    QUESTION_ANSWERED = "question_answered", _("question answered")
    CONSENT_GIVEN = "consent_given", _("contact data released")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("contact data withdrawn")
    NAMING_GIVEN = "naming_given", _("naming beside a case agreed to")
    NAMING_WITHDRAWN = "naming_withdrawn", _("naming beside a case withdrawn")
    CHOSEN = "chosen", _("provider chosen")
    CONTRACTED = "contracted", _("contract confirmed")
    FELL_THROUGH = "fell_through", _("choice fell through")
    CRITERIA_CHANGED = "criteria_changed", _("acceptance criteria changed")
    CRITERIA_AGREED = "criteria_agreed", _("acceptance criteria agreed")
    HANDED_OVER = "handed_over", _("work handed over")
    HAND_OVER_REFUSED = "hand_over_refused", _("hand-over refused")
    CONFIRMED = "confirmed", _("acceptance confirmed")
    DISPUTED = "disputed", _("dispute opened")
    DISPUTE_SETTLED = "dispute_settled", _("dispute settled")
    UNCONFIRMED = "unconfirmed", _("closed without confirmation")
    RATED = "rated", _("rated")
    ADVISED = "advised", _("provider proposed by the centre")
    ADVICE_TAKEN = "advice_taken", _("proposal taken")
    ADVICE_REFUSED = "advice_refused", _("proposal not taken")
    INTERVENTION_PROPOSED = "intervention_proposed", _("help offered by the office")
    INTERVENTION_AGREED = "intervention_agreed", _("help agreed to")
    INTERVENTION_REFUSED = "intervention_refused", _("help not wanted")
    INTERVENTION_DONE = "intervention_done", _("help given")
    PHONE_VERIFIED = "phone_verified", _("phone verified")
    COMPANY_VERIFIED = "company_verified", _("company verified")
    KEYS_RENEWED = "keys_renewed", _("link and access code renewed")
    EXPORTED = "exported", _("data handed out to the enterprise")
    ERASED = "erased", _("personal data erased")


class RequestEvent(models.Model):
    """One line of a request's history, without free text and personal data of the enterprise.

    It outlives the erasure of the personal data, so that figures and responsibilities stay.
    """

    request = models.ForeignKey(
        MatchRequest, models.CASCADE, related_name="events", verbose_name=_("request")
    )
    kind = models.CharField(_("what happened"), max_length=30, choices=EventKind)
    side = models.CharField(_("by"), max_length=10, choices=Side)
    # The account that acted; the enterprise has none.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="events"
    )
    # A code of the act, such as the reason chosen; never what somebody wrote.
    detail = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("event of a request")
        verbose_name_plural = _("events of requests")

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


def note(
    request: MatchRequest,
    kind: EventKind,
    side: Side,
    *,
    by=None,
    invitation: Invitation | None = None,
    detail: str = "",
) -> RequestEvent:
    """Add a line to a request's history, in the transaction of the act that it tells."""
    return RequestEvent.objects.create(
        request=request, kind=kind, side=side, user=by, invitation=invitation, detail=detail
    )
