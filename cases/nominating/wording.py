"""Where a nomination stands, in the words of its enterprise."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Nomination
from cases.stages import CaseStage, stage_of


def state_words(nomination: Nomination) -> str:
    """The state in a few words; they name nobody, so the private link may show them."""
    if nomination.withdrawn_at:
        return _("withdrawn")
    if nomination.rejected_at:
        return _("not taken")
    if nomination.is_draft:
        return _("not sent yet")
    if nomination.case is None:
        # What is returned later, as a case, the bureau completes.
        if nomination.returned_at:
            return _("returned for completion")
        return _("sent, waits for the bureau")
    return str(stage_of(nomination.case).label)


def next_words(nomination: Nomination) -> str:
    """Whose turn it is, in a sentence."""
    if nomination.withdrawn_at:
        return _("You withdrew it. You may nominate the case anew.")
    if nomination.rejected_at:
        return _("It was not taken into the collection. The reason stands below.")
    if nomination.is_draft:
        return _("It is your turn: complete the steps and send it.")
    if nomination.case is None:
        if nomination.returned_at:
            return _(
                "It is your turn: the bureau asks you to complete it. Its message stands below."
            )
        return _("It is the bureau's turn: it takes the nomination on, or tells you why not.")
    return str(NEXT_WORDS[stage_of(nomination.case)])


NEXT_WORDS = {
    CaseStage.DRAFT: gettext_lazy(
        "The bureau completes the text. It asks you before anything is public."
    ),
    CaseStage.NOMINATED: gettext_lazy("The bureau checks it and has it scored."),
    CaseStage.UNDER_REVIEW: gettext_lazy("Reviewers without a tie to the case are scoring it."),
    CaseStage.SHORTLISTED: gettext_lazy("It is shortlisted and goes on public notice next."),
    CaseStage.ON_NOTICE: gettext_lazy("It is on public notice; objections may be raised."),
    CaseStage.PUBLISHED: gettext_lazy(
        "It is public. You may withdraw your permission at any time."
    ),
    CaseStage.REJECTED: gettext_lazy("It was not taken into the collection."),
    CaseStage.WITHDRAWN: gettext_lazy("It was withdrawn."),
}
