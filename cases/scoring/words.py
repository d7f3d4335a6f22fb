"""How a scoring stands, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cases.scoring.state import RoundState


def status_words(state: RoundState) -> str:
    """One short phrase for lists and headings."""
    if not state.round.is_open:
        return state.round.get_outcome_display()
    if not state.has_enough:
        return _("reviewers to be asked")
    if not state.is_in:
        return _("sheets awaited")
    if state.is_second_open:
        return _("sheets are revised")
    if state.needs_discussion:
        return _("discussion needed")
    return _("outcome to be settled")
