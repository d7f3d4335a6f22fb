"""What a provider reads about its own requests among its figures."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.workdays import WorkCalendar
from providers.backoffice.figures import Figure
from providers.matching.answering.working_hours import hours_to_answer
from providers.matching.models import Invitation, InvitationState
from providers.models import ProviderPage


def request_figures(provider: ProviderPage) -> list[Figure]:
    """How many requests reached the provider, and how it answered them."""
    reached = list(
        Invitation.objects.sent()
        .filter(provider=provider)
        .select_related("request")
        .prefetch_related("request__choices", "choices")
        .distinct()
    )
    states = [invitation.state() for invitation in reached]
    answered = [invitation for invitation in reached if invitation.is_answered]
    calendar = WorkCalendar.current()
    hours = [hours_to_answer(invitation, calendar) for invitation in answered]
    return [
        Figure(_("Requests received"), str(len(reached))),
        Figure(
            _("Requests answered with interest"),
            str(sum(1 for invitation in reached if invitation.interested_at)),
        ),
        Figure(
            _("Quotes sent"),
            str(sum(1 for invitation in reached if invitation.quoted_at)),
        ),
        Figure(
            _("Chosen by the enterprise"),
            str(states.count(InvitationState.CHOSEN)),
        ),
        Figure(
            _("Work accepted"),
            str(sum(has_accepted_work(invitation) for invitation in reached)),
            _("confirmed by the enterprise; work closed without confirmation does not count"),
        ),
        Figure(
            _("Requests declined"),
            str(sum(1 for invitation in reached if invitation.declined_at)),
        ),
        Figure(
            _("Requests left unanswered"),
            str(sum(was_left_unanswered(invitation) for invitation in reached)),
            _("the time to answer has run out"),
        ),
        Figure(
            _("Time to the first answer (working hours, median)"),
            f"{median(hours):.1f}" if hours else "–",
            _("from the moment at which it was asked, counted as in the enterprise's comparison"),
        ),
    ]


def has_accepted_work(invitation: Invitation) -> bool:
    return any(choice.accepted_at for choice in invitation.choices.all())


def was_left_unanswered(invitation: Invitation, at: datetime | None = None) -> bool:
    """Whether its time ran out without a word while the request still stood."""
    if invitation.is_answered or invitation.withdrawn_at:
        return False
    ended_at = invitation.request.given_up_at
    now = at or timezone.now()
    return invitation.deadline_at < (min(now, ended_at) if ended_at else now)
