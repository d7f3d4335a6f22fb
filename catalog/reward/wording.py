"""An estimate of the reward in sentences, each with the amounts that it speaks of."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.reward.rule import Basis, Estimate, Ground, Remark
from catalog.wording import exact_wan, plain


def level_name(level: int | None) -> str:
    """A level as its certificate names it, in every language."""
    return f"L{level}"


def calculation(estimate: Estimate) -> str:
    """The sum as it is computed, in 万元; empty where no rule leads to an amount."""
    award = plain(estimate.question.prior_award)
    cap, prior_cap, investment = map(plain, (estimate.cap, estimate.prior_cap, estimate.investment))
    if estimate.ground == Ground.FIRST:
        left = f"min({cap}, {investment})"
    elif estimate.ground == Ground.SECOND_CUMULATIVE:
        before = estimate.question.prior_investment
        both = f"{plain(before)} + {investment}" if before else investment
        left = f"min({cap}, {both}) − {award}"
        if min(estimate.cap, estimate.counted) < estimate.question.prior_award:
            left = f"max(0, {left})"
    elif estimate.ground == Ground.SECOND_INCREMENTAL:
        left = f"min({cap} − {prior_cap}, {investment})"
    else:
        return ""
    return f"{left} = {plain(estimate.total)}"


def total_sentence(estimate: Estimate) -> str:
    """Why the total is what it is."""
    question = estimate.question
    values = {
        "level": level_name(question.level),
        "lowest": level_name(estimate.rules.lowest_level),
        "prior_level": level_name(question.prior_level),
        "cap": exact_wan(estimate.cap),
        "investment": exact_wan(estimate.investment),
        "both": exact_wan(estimate.counted),
        "award": exact_wan(question.prior_award),
        "rise": exact_wan(max(Decimal(0), estimate.cap - estimate.prior_cap)),
        "kind": investment_kind(estimate),
    }
    return total_pattern(estimate) % values


def investment_kind(estimate: Estimate) -> str:
    """Which investment is counted, as it stands inside a sentence."""
    if estimate.question.approved_investment is None:
        return _("declared investment")
    return _("approved investment")


def total_pattern(estimate: Estimate) -> str:
    if estimate.ground == Ground.NOT_LISTED:
        return _("The reward is for enterprises on the pilot list only; others receive none.")
    if estimate.ground == Ground.BELOW_TIERS:
        if estimate.rules.lowest_level is None:
            return _("No reward is set for any level.")
        return _("No reward is paid below %(lowest)s.")
    if estimate.ground == Ground.NOT_RISEN:
        return _(
            "An award was approved for %(prior_level)s before; without a rise to a higher level "
            "nothing is added."
        )
    if estimate.ground == Ground.FIRST:
        return _(
            "At most %(cap)s at %(level)s, and no more than the %(kind)s of %(investment)s: the "
            "lower amount counts."
        )
    if estimate.ground == Ground.SECOND_INCREMENTAL:
        return _(
            "From %(prior_level)s to %(level)s the ceiling rises by %(rise)s; the second "
            "project’s %(kind)s is %(investment)s: the lower amount counts."
        )
    if not estimate.total:
        return _(
            "The lower of the ceiling at %(level)s (%(cap)s) and the investment of both projects "
            "(%(both)s) is no more than the %(award)s already approved: nothing is added."
        )
    return _(
        "The lower of two amounts, the ceiling at %(level)s (%(cap)s) and the %(kind)s with the "
        "earlier project’s added (%(both)s), less the %(award)s already approved."
    )


def certificate_sentence(estimate: Estimate) -> str:
    """What the part paid on the certificate is made of."""
    if not estimate.declared_total:
        return _("Nothing is paid once the certificate is issued.")
    return _(
        "%(share)d %% of %(amount)s once the level’s certificate is issued, by the declared "
        "investment: the investment is verified only later."
    ) % {
        "share": estimate.rules.certificate_share,
        "amount": exact_wan(estimate.declared_total),
    }


def acceptance_sentence(estimate: Estimate) -> str:
    """What the rest is made of."""
    if estimate.overpaid:
        return _("Nothing more is paid: more than the whole was paid on the certificate.")
    if not estimate.total:
        return _("Nothing is paid after acceptance.")
    if estimate.question.approved_investment is None:
        return _(
            "The rest, after acceptance, by the amount that is approved then; a lower approved "
            "investment lowers it."
        )
    return _("%(total)s by the approved investment, less %(advance)s paid on the certificate.") % {
        "total": exact_wan(estimate.total),
        "advance": exact_wan(estimate.on_certificate),
    }


def overpaid_sentence(estimate: Estimate) -> str:
    """That more was paid than is due; empty otherwise."""
    if not estimate.overpaid:
        return ""
    return _(
        "By the approved investment %(total)s are due, but %(advance)s were paid on the "
        "certificate: %(overpaid)s too much."
    ) % {
        "total": exact_wan(estimate.total),
        "advance": exact_wan(estimate.on_certificate),
        "overpaid": exact_wan(estimate.overpaid),
    }


def remark_sentence(remark: Remark, estimate: Estimate) -> str:
    """A remark in the reader's language."""
    question = estimate.question
    values = {
        "level": level_name(question.level),
        "target": level_name(estimate.rules.target_level),
        "prior_level": level_name(question.prior_level),
        "award": exact_wan(question.prior_award),
        "prior_cap": exact_wan(estimate.prior_cap),
        "before": exact_wan(question.prior_investment or Decimal(0)),
    }
    patterns = {
        Remark.OVERPAID: _(
            "The plan has no rule for what was paid beyond the approved amount; the bureau decides."
        ),
        Remark.SHORT_OF_TARGET: _(
            "Rewarded, but short of the pilot’s goal: the pilot aims at %(target)s."
        ),
        Remark.PRIOR_LEVEL_WITHOUT_AWARD: _(
            "The enterprise stood at %(prior_level)s before, without an award. Whether a level "
            "reached before the pilot lowers the reward is not decided; please ask the bureau."
        ),
        Remark.PRIOR_AWARD_ABOVE_TIER: _(
            "The earlier award of %(award)s is above the ceiling of %(prior_cap)s at "
            "%(prior_level)s; please compare it with the approval."
        ),
        Remark.PRIOR_AWARD_ABOVE_INVESTMENT: _(
            "The earlier award of %(award)s is above the earlier investment of %(before)s; "
            "please compare it with the approval."
        ),
        Remark.PRIOR_INVESTMENT_MISSING: _(
            "The earlier project’s investment is not given and counts as 0; with it the result "
            "may be higher."
        ),
        Remark.OTHER_BASIS: _(
            "This is computed by another basis than the one that the bureau has set."
        ),
    }
    return patterns[remark] % values


def assumptions(estimate: Estimate, listed_count: int | None) -> list[str]:
    """What the result takes for granted, in the order of the form.

    Args:
        listed_count: how many enterprises the pilot list has, where the bureau has said it.
    """
    found = [
        _(
            "Only the project’s software and hardware count as investment; consulting, training "
            "and diagnosis do not. The final rules decide."
        )
    ]
    if estimate.question.approved_investment is None:
        found.append(_("The investment is what the enterprise declares; the office verifies it."))
    if estimate.question.is_listed:
        found.append(
            _("The enterprise is one of the %(count)d on the pilot list.") % {"count": listed_count}
            if listed_count
            else _("The enterprise is on the pilot list.")
        )
    if estimate.ground in (Ground.SECOND_CUMULATIVE, Ground.SECOND_INCREMENTAL):
        found.append(basis_sentence(estimate.basis))
    found.append(
        _("Nothing is said about dates: review, public notice and approval come before a payment.")
    )
    return found


def basis_sentence(basis: Basis) -> str:
    """How a second rise is counted, and that the plan leaves it open."""
    if basis == Basis.CUMULATIVE:
        return _(
            "At a second rise the investments of both projects are added (cumulative); the plan "
            "does not say which investment counts."
        )
    return _(
        "At a second rise only the second project’s investment counts (incremental); the plan "
        "does not say which investment counts."
    )


def standard_disclaimer() -> str:
    """What stands under a result where the bureau has not written its own words."""
    return _(
        "This is an estimate. It is no promise of a reward and no ground for an application; the "
        "amount approved by the office decides."
    )
