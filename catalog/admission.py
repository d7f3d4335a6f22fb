"""The admission checklist (domain.md §2.4, design: Review): one source for what stops publication,
what a reviewer should look at, and what is in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.advertising import Words
from catalog.contents import contents_of
from catalog.models.programme import AdmissionRules
from catalog.wording import plain

if TYPE_CHECKING:
    from wagtail.models import Page

    from catalog.models import SolutionPage

ON_PREMISE = "on_premise"


class State(models.TextChoices):
    """How a point of the checklist stands; only BLOCK stops publication."""

    OK = "ok", _("in order")
    INFO = "info", _("for information")
    WARN = "warn", _("please look at")
    BLOCK = "block", _("stops publication")


class Word(models.TextChoices):
    """What a point belongs to: one of the programme's four words, or a rule beside them."""

    SMALL = "small", pgettext_lazy("admission", "small")
    FAST = "fast", pgettext_lazy("admission", "fast")
    LIGHT = "light", pgettext_lazy("admission", "light")
    PRECISE = "precise", pgettext_lazy("admission", "precise")
    PROPERTY = "ip", pgettext_lazy("admission", "IP")
    FACTS = "facts", pgettext_lazy("admission", "facts")
    PROOFS = "proofs", pgettext_lazy("admission", "proofs")
    PICTURES = "pictures", pgettext_lazy("admission", "pictures")
    PROVIDER = "provider", pgettext_lazy("admission", "provider")
    WORDING = "wording", pgettext_lazy("admission", "wording")
    # What has to happen before publication: scoring, notice, permission.
    PROCEDURE = "procedure", pgettext_lazy("admission", "procedure")


@dataclass(frozen=True)
class Check:
    """One point of the checklist, as a sentence."""

    word: Word
    state: State
    sentence: str

    @property
    def blocks(self) -> bool:
        return self.state == State.BLOCK


def sentences(checks: Iterable[Check], state: State) -> list[str]:
    return [check.sentence for check in checks if check.state == state]


def required(word: Word, holds: bool, fulfilled: str, missing: str) -> Check:
    """A point without which nothing is published."""
    return Check(word, State.OK, fulfilled) if holds else Check(word, State.BLOCK, missing)


def solution_checks(page: SolutionPage) -> list[Check]:
    """Every row of the table for solutions and products."""
    rules = AdmissionRules.current()
    return [
        scenario_check(page, rules),
        price_check(page, rules),
        delivery_check(page, rules),
        deployment_check(page),
        pricing_check(page),
        *industry_checks(page, rules),
        case_check(page, rules),
        property_check(page),
    ]


def scenario_check(page: SolutionPage, rules: AdmissionRules) -> Check:
    count = page.scenarios.count()
    if not count:
        return Check(Word.SMALL, State.BLOCK, _("No business scenario is chosen."))
    if count > rules.most_scenarios:
        said = _("Not focused: {count} business scenarios, at most {most} are usual.")
        return Check(
            Word.SMALL, State.WARN, format_lazy(said, count=count, most=rules.most_scenarios)
        )
    return Check(
        Word.SMALL, State.OK, format_lazy(_("Focused: business scenarios: {count}."), count=count)
    )


def price_check(page: SolutionPage, rules: AdmissionRules) -> Check:
    if page.price_on_request:
        return Check(Word.SMALL, State.INFO, _("The price is given on request."))
    if page.price_min_wan is None or page.price_max_wan is None:
        return Check(Word.SMALL, State.BLOCK, _("The price band is missing."))
    if page.price_max_wan > rules.highest_price_wan:
        said = _("The price goes up to {price} × 10,000 yuan; {most} × 10,000 is the usual limit.")
        state = State.WARN
    else:
        said = _("The price goes up to {price} × 10,000 yuan.")
        state = State.OK
    return Check(
        Word.SMALL,
        state,
        format_lazy(said, price=plain(page.price_max_wan), most=rules.highest_price_wan),
    )


def delivery_check(page: SolutionPage, rules: AdmissionRules) -> Check:
    if not page.delivery_days:
        return Check(Word.FAST, State.BLOCK, _("The delivery time is missing."))
    if page.delivery_days > rules.longest_delivery_days:
        said = _("Delivery takes {days} days; {most} days is the usual limit.")
        state = State.WARN
    else:
        said = _("Delivery takes {days} days.")
        state = State.OK
    days, most = page.delivery_days, rules.longest_delivery_days
    return Check(Word.FAST, state, format_lazy(said, days=days, most=most))


def deployment_check(page: SolutionPage) -> Check:
    modes = {mode.code for mode in page.deployment_modes.all()}
    if modes == {ON_PREMISE}:
        said = _("On premises only: ask how it is operated and maintained.")
        return Check(Word.LIGHT, State.WARN, said)
    if not modes:
        return Check(Word.LIGHT, State.WARN, _("No deployment mode is chosen."))
    return Check(Word.LIGHT, State.OK, _("It can be deployed without a server room of one's own."))


def pricing_check(page: SolutionPage) -> Check:
    if page.pricing_model is None:
        return Check(Word.LIGHT, State.INFO, _("No pricing model is chosen."))
    said = _("Pricing model: {model}. A subscription is preferred.")
    return Check(Word.LIGHT, State.INFO, format_lazy(said, model=page.pricing_model.name))


def industry_checks(page: SolutionPage, rules: AdmissionRules) -> list[Check]:
    industries = list(page.industries.all())
    if page.all_industries:
        if page.reference_cases.count() < rules.recommended_cases:
            said = _("Offered to all industries with fewer than {count} reference cases.")
            warning = format_lazy(said, count=rules.recommended_cases)
            return [Check(Word.PRECISE, State.WARN, warning)]
        return [Check(Word.PRECISE, State.OK, _("Offered to all industries, with cases."))]
    if not industries:
        return [Check(Word.PRECISE, State.BLOCK, _("No industry chain is chosen."))]
    if not page.gbt4754 and not any(industry.gbt4754 for industry in industries):
        return [Check(Word.PRECISE, State.WARN, _("No division of GB/T 4754 is named."))]
    return [Check(Word.PRECISE, State.OK, _("Cut to an industry with its GB/T 4754 division."))]


def case_check(page: SolutionPage, rules: AdmissionRules) -> Check:
    count = page.reference_cases.exclude(indicator=None).count()
    if not count:
        said = _("No reference case with a measured indicator is given.")
        return Check(Word.PRECISE, State.BLOCK, said)
    if count < rules.recommended_cases:
        said = _("Measured reference cases: {count}; {most} are recommended.")
        state = State.INFO
    else:
        said = _("Measured reference cases: {count}.")
        state = State.OK
    return Check(Word.PRECISE, state, format_lazy(said, count=count, most=rules.recommended_cases))


def property_check(page: SolutionPage) -> Check:
    return required(
        Word.PROPERTY,
        page.intellectual_property.exists(),
        _("A proof of intellectual property is named."),
        _("No proof of intellectual property is given."),
    )


def evidence_check(page: Page) -> Check:
    """Whether files for the reviewer lie beside the listing; none are asked for by rule."""
    count = page.proofs.count() if page.pk else 0
    if not count:
        return Check(Word.FACTS, State.INFO, _("No evidence file is given."))
    return Check(Word.FACTS, State.OK, format_lazy(_("Evidence files: {count}."), count=count))


def wording_checks(page: Page) -> list[Check]:
    """One point for each banned or doubtful word in a field, or that there are none."""
    words = Words()
    found: dict[tuple[str, str], Check] = {}
    for finding in words.findings(contents_of(page)):
        match = finding.match
        said = _("“{word}” in “{field}”: {advice}")
        sentence = format_lazy(said, word=match.text, field=finding.label, advice=match.advice)
        state = State.BLOCK if match.blocks else State.WARN
        found.setdefault((finding.name, match.text), Check(Word.WORDING, state, sentence))
    checks = list(found.values())
    for pattern in words.unchecked:
        said = _("The expression “{pattern}” could not be tried; look for it yourself.")
        checks.append(Check(Word.WORDING, State.WARN, format_lazy(said, pattern=pattern)))
    return checks or [
        Check(Word.WORDING, State.OK, _("No word that advertising law bans was found."))
    ]
