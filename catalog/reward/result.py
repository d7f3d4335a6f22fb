"""An estimate of the reward as it is shown: the policy's version, the lines, the sentences."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Site

from catalog.models import ProgrammeSettings, RewardPolicy
from catalog.reward import wording
from catalog.reward.rule import Basis, Estimate, Question, Remark, Rules, estimate


@dataclass(frozen=True)
class Line:
    """One amount (万元) of a result with the sentence that explains it."""

    key: str
    label: str
    amount: Decimal
    sentence: str


@dataclass(frozen=True)
class Result:
    """What ``components/reward_estimate.html`` shows."""

    estimate: Estimate
    policy: RewardPolicy
    lines: tuple[Line, ...]
    remarks: tuple[tuple[Remark, str], ...]
    assumptions: tuple[str, ...]
    calculation: str
    status: str
    source: str
    disclaimer: str


def rules_of(policy: RewardPolicy) -> Rules:
    """The figures of a version, as the rule takes them."""
    return Rules(
        caps=policy.caps(),
        basis=Basis(policy.basis),
        certificate_share=policy.certificate_share,
        target_level=policy.target_level,
    )


def result_for(question: Question, policy: RewardPolicy) -> Result:
    """The estimate by one version, in the reader's language.

    Raises:
        ValueError: as ``catalog.reward.rule.estimate``.
    """
    found = estimate(question, rules_of(policy))
    return Result(
        estimate=found,
        policy=policy,
        lines=tuple(lines_of(found)),
        remarks=tuple((remark, wording.remark_sentence(remark, found)) for remark in found.remarks),
        assumptions=tuple(wording.assumptions(found, listed_count())),
        calculation=wording.calculation(found),
        status=status_sentence(policy),
        source=policy.source,
        disclaimer=disclaimer_of(policy),
    )


def estimate_for(
    level: int,
    investment_wan: Decimal,
    *,
    prior_level: int | None = None,
    prior_award: Decimal = Decimal(0),
    prior_investment: Decimal | None = None,
    approved_investment: Decimal | None = None,
    is_listed: bool = True,
) -> Result | None:
    """The estimate by the version that the public is shown, for other pages; amounts in 万元.

    None where the bureau hides the estimate.

    Raises:
        ValueError: as ``catalog.reward.rule.estimate``.
    """
    policy = RewardPolicy.objects.current()
    if policy is None:
        return None
    question = Question(
        level=level,
        investment=investment_wan,
        prior_level=prior_level,
        prior_award=prior_award,
        prior_investment=prior_investment,
        approved_investment=approved_investment,
        is_listed=is_listed,
    )
    return result_for(question, policy)


def lines_of(found: Estimate) -> list[Line]:
    lines = [
        Line("total", _("Reward in all"), found.total, wording.total_sentence(found)),
        Line(
            "on_certificate",
            _("On the certificate"),
            found.on_certificate,
            wording.certificate_sentence(found),
        ),
        Line(
            "after_acceptance",
            _("After acceptance"),
            found.after_acceptance,
            wording.acceptance_sentence(found),
        ),
    ]
    if found.overpaid:
        sentence = wording.overpaid_sentence(found)
        lines.append(Line("overpaid", _("Paid too much"), found.overpaid, sentence))
    return lines


def status_sentence(policy: RewardPolicy) -> str:
    """Whether the figures are a draft, to come, or in force."""
    if policy.is_draft or policy.effective_on is None:
        return _("“%(name)s” is a draft and not in force.") % {"name": policy.name}
    pattern = (
        _("“%(name)s”, in force since %(day)s.")
        if policy.is_in_force()
        else _("“%(name)s” is not in force before %(day)s.")
    )
    return pattern % {"name": policy.name, "day": date_format(policy.effective_on, "Y-m-d")}


def disclaimer_of(policy: RewardPolicy) -> str:
    """The bureau's own words, else the site's; never empty."""
    return policy.disclaimer.strip() or wording.standard_disclaimer()


def listed_count() -> int | None:
    """How many enterprises the programme has promised to rebuild: the length of its list."""
    site = Site.objects.filter(is_default_site=True).first()
    return ProgrammeSettings.for_site(site).enterprise_target if site else None
