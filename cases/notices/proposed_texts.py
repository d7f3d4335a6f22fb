"""Wording that the site proposes for a notice; the bureau may change every word."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override


def how_to_object() -> str:
    """How to object, in the site's language: it becomes content of the page."""
    with override(settings.LANGUAGE_CODE):
        return _(
            "Whoever objects to something on this notice may say so within the notice period: with "
            "the form on this page, or in writing at the place named below. Please state facts and "
            "reasons, and give your real name and a phone number or e-mail address, so that you "
            "can be answered. Whoever receives an objection keeps secret who filed it. Anonymous "
            "objections, and those filed after the period, are not handled as objections."
        )


def introduction() -> str:
    """What the notice of shortlisted cases says before its list, in the site's language."""
    with override(settings.LANGUAGE_CODE):
        return _(
            "After nomination and scoring, the typical cases below are proposed for publication "
            "and are put before the public. Whoever objects is asked to say so within the notice "
            "period."
        )
