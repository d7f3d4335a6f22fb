"""What a case must show before it is scored and published, and what a benchmark needs beside it.

Points of the checklist as sentences (domain: typical cases; design: Cases). What is settled after
the submission (scores, notice, permission) is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.anonymity import names_in_text
from cases.blocks import CasePictureBlock
from cases.models.rules import CaseRules
from catalog.admission import Check, State, Word, required
from catalog.models import Evidence, Indicator

if TYPE_CHECKING:
    from cases.models import CaseIndicator, CasePage

FIRST_BATCH = 1
FACTS, PROOFS, PICTURES = Word.FACTS, Word.PROOFS, Word.PICTURES


def case_checks(page: CasePage) -> list[Check]:
    """What every case must show, the page as it stands in memory."""
    proofs = list(Evidence.objects.filter(page_id=page.pk or 0))
    return [
        *term_checks(page),
        *figure_checks(page, proofs),
        *picture_checks(page, proofs),
        *anonymity_checks(page),
    ]


def open_points(checks: Iterable[Check]) -> list[str]:
    """The sentences that stop it."""
    return [check.sentence for check in checks if check.blocks]


def anonymity_checks(page: CasePage) -> list[Check]:
    """An anonymous case does not give its enterprise away."""
    fields = names_in_text(page)
    if not page.is_anonymous:
        return []
    return [
        required(
            FACTS,
            not fields,
            _("The enterprise that stays anonymous is named nowhere."),
            format_lazy(
                _("The enterprise stays anonymous but is named in: {fields}."),
                fields="、".join(fields),
            ),
        )
    ]


def term_checks(page: CasePage) -> list[Check]:
    return [
        required(
            FACTS,
            bool(page.summary.strip()),
            _("It is told in one sentence."),
            _("The sentence that sums it up is missing."),
        ),
        required(
            FACTS,
            bool(page.level_before_id and page.level_after_id),
            _("The levels before and after are given."),
            _("The level before or the level reached is missing."),
        ),
        required(
            FACTS,
            page.months is not None,
            _("The duration is given."),
            _("The duration is missing."),
        ),
        required(
            FACTS,
            page.industries.exists(),
            _("Industry chains are chosen."),
            _("No industry chain is chosen."),
        ),
        required(
            FACTS,
            page.modes.exists(),
            _("Transformation modes are chosen."),
            _("No transformation mode is chosen."),
        ),
    ]


# -- figures ------------------------------------------------------------------------------------


def figure_checks(page: CasePage, proofs: list[Evidence]) -> list[Check]:
    rows = list(page.indicators.all())
    known = Indicator.objects.in_bulk([row.indicator_id for row in rows])
    fewest = CaseRules.current().fewest_indicators
    measured = [row for row in rows if row.after is not None]
    return [
        required(
            FACTS,
            len(measured) >= fewest,
            format_lazy(_("{count} indicators are given."), count=len(measured)),
            format_lazy(_("A case needs at least {fewest} indicators."), fewest=fewest),
        ),
        required(
            FACTS,
            any(known[row.indicator_id].is_standard for row in rows),
            _("One of the indicators is a standard one."),
            _("At least one indicator must be a standard one."),
        ),
        *[
            Check(FACTS, State.BLOCK, sentence)
            for row in rows
            for sentence in gaps_of(row, known[row.indicator_id])
        ],
        proof_check(rows, known, proofs),
    ]


def gaps_of(row: CaseIndicator, indicator: Indicator) -> list[str]:
    """What one figure does not say."""
    lacking = (
        (row.after is None, _("“{name}”: the figure afterwards is missing.")),
        (not row.period.strip(), _("“{name}”: the period compared is missing.")),
        (not row.source.strip(), _("“{name}”: the source of the figures is missing.")),
    )
    return [format_lazy(said, name=indicator.name) for lacks, said in lacking if lacks]


def proof_check(
    rows: list[CaseIndicator], known: dict[str, Indicator], proofs: list[Evidence]
) -> Check:
    """Every figure has a file that proves it."""
    proved = {proof.indicator_id for proof in proofs}
    bare = [known[row.indicator_id].name for row in rows if row.indicator_id not in proved]
    return required(
        PROOFS,
        bool(rows) and not bare,
        _("Every indicator has a file that proves it."),
        format_lazy(_("A file that proves it is missing for: {names}."), names="、".join(bare))
        if bare
        else _("No indicator is proved."),
    )


# -- pictures -----------------------------------------------------------------------------------


def picture_checks(page: CasePage, proofs: list[Evidence]) -> list[Check]:
    pictures = [block.value for block in page.pictures]
    unsettled = sum(not (one.get("people") and one.get("screens")) for one in pictures)
    released = any(one.get("people") == CasePictureBlock.RELEASED for one in pictures)
    has_release = any(proof.kind == Evidence.Kind.RELEASE for proof in proofs)
    return [
        required(
            PICTURES,
            bool(pictures),
            _("There is a picture."),
            _("A case needs at least one picture."),
        ),
        required(
            PICTURES,
            not unsettled,
            _("People and screens are settled for every picture."),
            format_lazy(
                _("For {count} pictures it is not said whether people or screens can be read."),
                count=unsettled,
            ),
        ),
        required(
            PICTURES,
            has_release or not released,
            _("Whoever can be recognised has agreed."),
            _("The written consent of people in the pictures is missing among the proofs."),
        ),
    ]


# -- benchmarks ---------------------------------------------------------------------------------


def benchmark_checks(page: CasePage) -> list[Check]:
    """What a benchmark needs beside what every case needs (the plan's goals, item 10)."""
    proofs = list(Evidence.objects.filter(page_id=page.pk or 0))
    kinds = {proof.kind for proof in proofs}
    fewest = CaseRules.current().fewest_benchmark_pictures
    enterprise = page.enterprise
    has_certificate = bool(enterprise and enterprise.certificate_file)
    return [
        *case_checks(page),
        required(
            PICTURES,
            len(page.pictures) >= fewest,
            _("It has pictures enough for a benchmark."),
            format_lazy(_("A benchmark needs at least {fewest} pictures."), fewest=fewest),
        ),
        required(
            PROOFS,
            has_certificate or Evidence.Kind.LEVEL in kinds,
            _("The level certificate is there."),
            _("The level certificate is missing."),
        ),
        required(
            FACTS,
            page.investment_wan is not None,
            _("The investment is given."),
            _("The investment is missing."),
        ),
        required(
            FACTS,
            page.used_solutions.exists(),
            _("The solution is named."),
            _("No solution is named, listed or in words."),
        ),
        required(
            FACTS,
            page.used_providers.exists(),
            _("The provider is named."),
            _("No provider is named, listed or in words."),
        ),
        acceptance_check(page, has_review=Evidence.Kind.ACCEPTANCE in kinds),
    ]


def acceptance_check(page: CasePage, *, has_review: bool) -> Check:
    """How the work was accepted.

    The lead provider accepts internally the work of the second and third batch; the plan names
    nobody for the first, whose acceptance review has a document (domain: contradictions).
    """
    batch = page.enterprise.batch if page.enterprise else None
    accepted_on = page.internal_acceptance_on
    accepted = accepted_on is not None and accepted_on <= timezone.localdate()
    by_batch = {
        None: (accepted or has_review, _("Neither internal acceptance nor its review is proved.")),
        FIRST_BATCH: (has_review, _("The document of the acceptance review is missing.")),
    }
    later = (accepted, _("The day of the internal acceptance is missing, or yet to come."))
    holds, missing = by_batch.get(batch, later)
    return required(PROOFS, holds, _("The acceptance is proved."), missing)
