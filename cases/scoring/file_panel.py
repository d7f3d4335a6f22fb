"""What the case file says about the scoring."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.case_file import Deed, FilePanel, register_panel
from cases.models import CasePage, ScoringRound
from cases.scoring.arithmetic import shown
from cases.scoring.rounds import MANAGES, READS
from cases.scoring.state import RoundState, states_of, with_all
from cases.scoring.words import status_words


@register_panel(order=10)
def scoring_panel(request: HttpRequest, case: CasePage) -> FilePanel | None:
    """Every scoring of the case, the latest first, and the way to a new one."""
    if not request.user.has_perm(READS):
        return None
    states = states_of(with_all(ScoringRound.objects.filter(case=case.pk)))
    deeds = [
        Deed(
            _("Scoring of %(day)s") % {"day": day_of(state)},
            reverse("scoring_round", args=[state.round.pk]),
        )
        for state in states
    ]
    if request.user.has_perm(MANAGES) and not any(state.round.is_open for state in states):
        deeds.append(Deed(_("Open a scoring"), reverse("scoring_open", args=[case.pk])))
    return FilePanel(
        name="scoring",
        title=_("Scoring"),
        sentences=[words_of(state) for state in states] or [_("It was not scored yet.")],
        deeds=deeds,
    )


def day_of(state: RoundState) -> str:
    return f"{timezone.localdate(state.round.opened_at):%Y-%m-%d}"


def words_of(state: RoundState) -> str:
    """One scoring in a sentence."""
    said = {"day": day_of(state), "status": status_words(state)}
    if state.result is None:
        return _("Opened on %(day)s: %(status)s.") % said
    said |= {"mean": shown(state.result.mean), "spread": shown(state.result.spread)}
    return _("Opened on %(day)s: %(status)s; mean %(mean)s, spread %(spread)s.") % said
