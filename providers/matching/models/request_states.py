"""The words that a request is described by: what it asks for, where it stands, whose turn it is."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    """What is asked for; all but the first are public services of the county's plan."""

    SOLUTION = "solution", _("a solution or product")
    DIAGNOSIS = "diagnosis", _("a diagnosis visit")
    TRAINING = "training", _("training")
    POLICY = "policy", _("an answer on policy")


class BudgetBand(models.TextChoices):
    """What the enterprise means to spend in the first year, in 10,000 yuan."""

    UNSURE = "unsure", _("unsure")
    TO_5 = "0-5", _("up to 50,000 yuan")
    TO_20 = "5-20", _("50,000 to 200,000 yuan")
    TO_50 = "20-50", _("200,000 to 500,000 yuan")
    FROM_50 = "50-", _("more than 500,000 yuan")

    @property
    def upper_wan(self) -> Decimal | None:
        """The most that would be spent, in 10,000 yuan; None where nothing bounds it."""
        return {"0-5": Decimal(5), "5-20": Decimal(20), "20-50": Decimal(50)}.get(self.value)


class CancelReason(models.TextChoices):
    """Why an enterprise gives up what it asked for."""

    DONE_OTHERWISE = "elsewhere", _("solved in another way")
    FUNDING = "funding", _("no funding")
    PLANS = "plans", _("our plans have changed")
    TIMING = "timing", _("it takes too long")
    OTHER = "other", _("another reason")


class RequestState(models.TextChoices):
    DRAFT = "draft", _("being edited")
    SUBMITTED = "submitted", _("submitted, not sent yet")
    SENT = "sent", _("sent")
    CHOSEN = "chosen", _("a provider is chosen")
    CONTRACTED = "contracted", _("contracted")
    HANDED_OVER = "handed_over", _("handed over")
    DISPUTED = "disputed", _("in dispute")
    CONFIRMED = "confirmed", _("acceptance confirmed")
    UNCONFIRMED = "unconfirmed", _("closed without confirmation")
    ENDED = "ended", _("ended without acceptance")
    NONE_SUITABLE = "none_suitable", _("no reply was suitable")
    CANCELLED = "cancelled", _("cancelled")
    WITHDRAWN = "withdrawn", _("withdrawn")


# Nothing leads out of these; a rating may still be given after the first.
END_STATES = frozenset(
    {
        RequestState.CONFIRMED,
        RequestState.UNCONFIRMED,
        RequestState.ENDED,
        RequestState.NONE_SUITABLE,
        RequestState.CANCELLED,
        RequestState.WITHDRAWN,
    }
)


class Turn(models.TextChoices):
    """Whose turn it is once a request has been sent."""

    PROVIDER = "provider", _("a provider's answer")
    ENTERPRISE = "enterprise", _("the enterprise")
    CENTRE = "centre", _("the centre's advice")
    WORK = "work", _("the chosen provider")
    OFFICE = "office", _("the settlement of a dispute")
    NOBODY = "nobody", _("nobody: declined or too late")


TURN_OF_STATE = {
    RequestState.CHOSEN: Turn.WORK,
    RequestState.CONTRACTED: Turn.WORK,
    RequestState.HANDED_OVER: Turn.ENTERPRISE,
    RequestState.DISPUTED: Turn.OFFICE,
}
